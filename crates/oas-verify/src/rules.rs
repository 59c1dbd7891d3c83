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

    BODY_INVALID = Error "response-body-invalid", Field(MediaType, "schema");
        title: "the body of a response breaks the document";
        why: "a client that was generated from the document cannot read it, or reads something else";
        help: "correct the server, or describe what it returns";

    CONTENT_TYPE_UNDOCUMENTED = Error "response-content-type-undocumented", Field(Response, "content");
        title: "a response has a media type that the document does not have for its status";
        why: "clients choose how they read a body by its media type, and refuse what they do not know";
        help: "send the documented media type, or document this one";

    CREDENTIALS_NOT_DEMANDED = Error "credentials-not-demanded", Object(SecurityRequirement);
        title: "a server carries out a request without the credentials that the document demands";
        why: "anybody can do what the document reserves for whoever is known";
        help: "refuse the request with 401, or write in `security` that no credentials are needed";

    HEADER_INVALID = Error "response-header-invalid", Field(Response, "headers");
        title: "a header field of a response is missing or breaks the document";
        why: "a client that relies on the document expects a value there that it can read";
        help: "correct the server, or the header in the document";

    NO_RESPONSE = Error "no-response", Rfc(9110, "9.1");
        title: "a server ends a connection or lets the time pass without a response";
        why: "a client cannot know whether its request was carried out";
        help: "look for a panic or a deadlock in the log of the server";

    REFUSAL_UNDOCUMENTED = Warning "refusal-undocumented", Object(Responses);
        title: "a server refuses an invalid request in a way that the document does not have";
        why: "the standard asks for known errors to be documented, and clients without them report an unexpected response";
        help: "document the status with its media type, or `4XX` or `default`";

    REQUEST_ACCEPTED = Error "invalid-request-accepted", Object(Operation);
        title: "a server carries out a request that breaks the document";
        why: "what the document rules out gets into the system, and clients learn to rely on it";
        help: "check the constraint in the server, or remove it from the document";

    REQUEST_REFUSED = Error "valid-request-refused", Object(Operation);
        title: "a server refuses a request that is as the document has it";
        why: "a client that keeps to the document cannot use the operation";
        help: "take the request, or write in the document what is wrong with it";

    SERVER_ERROR = Error "server-error", Rfc(9110, "15.6");
        title: "a server answers that it failed";
        why: "no request may bring a server into a state that it did not foresee";
        help: "look into the log of the server for the reason";

    STATUS_UNDOCUMENTED = Error "response-status-undocumented", Object(Responses);
        title: "a response has a status that the document does not have";
        why: "clients have no type for it, and report an unexpected response";
        help: "document the status, or answer with one that is documented";
}
