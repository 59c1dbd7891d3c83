//! Defines the rules about running servers that differ from their documents.

use oas_document::{
    object_model::{
        Citation::{Field, Object, Rfc},
        Object::*,
    },
    rules,
};

rules! {
    /// All rules about running servers.
    pub RULES;

    INVALID_RESPONSE_BODY = Error "invalid-response-body", Field(MediaType, "schema");
        title: "the body of a response breaks the document";
        reason: "a client that was generated from the document cannot read it, or reads something else";
        help: "correct the server, or describe what it returns";

    UNDOCUMENTED_RESPONSE_CONTENT_TYPE = Error "undocumented-response-content-type", Field(Response, "content");
        title: "a response has a media type that the document does not have for its status";
        reason: "clients choose how they read a body by its media type, and reject what they do not know";
        help: "send the documented media type, or document this one";

    UNENFORCED_CREDENTIALS = Error "unenforced-credentials", Object(SecurityRequirement);
        title: "a server carries out a request without the credentials that the document demands";
        reason: "anybody can do what the document reserves for authenticated callers";
        help: "reject the request with 401, or write in `security` that no credentials are needed";

    INVALID_RESPONSE_HEADER = Error "invalid-response-header", Field(Response, "headers");
        title: "a header field of a response is missing or breaks the document";
        reason: "a client that relies on the document expects a value there that it can read";
        help: "correct the server, or the header in the document";

    NO_RESPONSE = Error "no-response", Rfc(9110, "9.1");
        title: "a server ends a connection or lets the time pass without a response";
        reason: "a client cannot know whether its request was carried out";
        help: "look for a panic or a deadlock in the log of the server";

    UNDOCUMENTED_REJECTION = Warning "undocumented-rejection", Object(Responses);
        title: "a server rejects an invalid request in a way that the document does not have";
        reason: "the standard asks for known errors to be documented, and clients without them report an unexpected response";
        help: "document the status with its media type, or `4XX` or `default`";

    INVALID_REQUEST_ACCEPTED = Error "invalid-request-accepted", Object(Operation);
        title: "a server carries out a request that breaks the document";
        reason: "what the document rules out gets into the system, and clients learn to rely on it";
        help: "check the constraint in the server, or remove it from the document";

    VALID_REQUEST_REJECTED = Error "valid-request-rejected", Object(Operation);
        title: "a server rejects a request that the document allows";
        reason: "a client that keeps to the document cannot use the operation";
        help: "accept the request, or document the constraint that it breaks";

    SERVER_ERROR = Error "server-error", Rfc(9110, "15.6");
        title: "a server answers that it failed";
        reason: "no request, valid or not, should make a server fail";
        help: "look into the log of the server for the reason";

    UNDOCUMENTED_RESPONSE_STATUS = Error "undocumented-response-status", Object(Responses);
        title: "a response has a status that the document does not have";
        reason: "clients have no type for it, and report an unexpected response";
        help: "document the status, or answer with one that is documented";
}
