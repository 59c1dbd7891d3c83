//! The rules of the reader and the linter as data.
//!
//! The message of a finding is formatted where a rule is applied; its help may be replaced there by one that fits the
//! place.

use crate::object_model::{
    Citation::{self, Field, JsonSchema, Rfc, Section},
    JsonSchemaSection::{Core, Validation},
    Object::*,
    Section::{
        DescriptionStructure, Format, Objects, PathTemplateMatching, RelativeReferences,
        SpecificationExtensions, StyleValues, Versions,
    },
};

/// The help for findings about other attempts to describe operations that share a path and method.
pub(crate) const SHARED_PATH_HINT: &str =
    "describe operations that share a path and method under `x-operations` of the path item";

crate::rules! {
    /// The rules of all diagnostics that reading a document and [`lint`](crate::lint()) can return.
    pub RULES;

    ALIAS = Error "alias", Section(Format);
        title: "an alias is inside the value of its own anchor";
        reason: "the value would contain itself, and JSON has no such values";
        help: "describe recursion with `$ref`";

    ALIAS_EXPANSION = Error "alias-expansion", Section(Format);
        title: "aliases expand to too much";
        reason: "documents are untrusted input, and nested aliases grow exponentially";
        help: "move what is shared into components and refer to it with `$ref`";

    COMPLEX_KEY = Error "complex-key", Section(Format);
        title: "a key is not a string";
        reason: "keys of an OpenAPI document are strings";
        help: "write a plain key";

    DUPLICATE_KEY = Error "duplicate-key", Section(Format);
        title: "a key is written twice in the same mapping";
        reason: "readers disagree on which of the two counts, so that one of them is lost without a word";
        help: "keep one of the two, or rename one";

    EMPTY_DOCUMENT = Error "empty-document", Section(Format);
        title: "a file has no document";
        reason: "no operation can be read from it";
        help: "write an OpenAPI document";

    IGNORED_TAG = Note "ignored-tag", Section(Format);
        title: "a YAML tag has no meaning here";
        reason: "only the tags of the JSON schema of YAML mean something in an OpenAPI document";
        help: "remove the tag";

    JSON_SYNTAX = Error "json-syntax", Rfc(8259, "2");
        title: "the text is not JSON";
        reason: "nothing after this place was read";
        help: "correct the JSON here";

    MERGE_KEY = Error "merge-key", Section(Format);
        title: "a merge key has a value that cannot be merged";
        reason: "only mappings have keys that could be merged";
        help: "write an alias of a mapping after `<<:`, or quote the key if it is meant as a name";

    MISSING_VERSION = Error "missing-version", Field(OpenApi, "openapi");
        title: "a document has no `openapi`";
        reason: "the meaning of many keywords depends on the version";
        help: "begin with `openapi: 3.0.3`, or the version that the document is written against";

    NESTING_TOO_DEEP = Error "nesting-too-deep", Section(Format);
        title: "values are nested too deeply";
        reason: "documents are untrusted input, and deeper ones exhaust the stack of the tools that read them";
        help: "move inner schemas into components and refer to them";

    NOT_JSON = Error "not-json", Section(Format);
        title: "a YAML number such as `.inf` or `.nan` does not exist in JSON";
        reason: "an OpenAPI document is JSON written as YAML";
        help: "remove the field, or quote the value if a string is meant";

    SEVERAL_DOCUMENTS = Error "several-documents", Section(Format);
        title: "a file has several YAML documents";
        reason: "an OpenAPI document is one YAML document; what follows would be ignored";
        help: "remove the `---`, or move what follows into a file of its own";

    TAG_MISMATCH = Error "tag-mismatch", Section(Format);
        title: "a YAML tag does not fit its value";
        reason: "readers would have to choose between the tag and the value";
        help: "remove the tag, or write a value of that kind";

    TOO_LONG = Error "too-long", Section(Format);
        title: "a file is too long";
        reason: "documents are untrusted input, all values of a file are in memory, and positions in it are kept in 32 bits";
        help: "split the document into files, and refer to them";

    TOO_MANY_FINDINGS = Error "too-many-findings", Section(Format);
        title: "a document has more findings than are listed";
        reason: "documents are untrusted input, and a finding takes many times the bytes that cause it";
        help: "mend those that are listed, or turn the rule off if it does not matter, and look again";

    TOO_MANY_INCLUSIONS = Error "too-many-inclusions", Field(Schema, "allOf");
        title: "schemas include each other too often";
        reason: "documents are untrusted input, and each schema is combined with all that it includes, so that a chain costs the square of its length";
        help: "include fewer schemas in each other, or refer to them by properties";

    UNREADABLE = Error "unreadable", Section(DescriptionStructure);
        title: "a file cannot be read";
        reason: "nothing is known about the API without the document";
        help: "name a text file in UTF-8";

    UNSUPPORTED_VERSION = Error "unsupported-version", Field(OpenApi, "openapi");
        title: "a document is written in another version of the standard";
        reason: "the meaning of many keywords depends on the version";
        help: "write `3.0.3`, `3.1.0` or `3.2.0`";

    YAML_SYNTAX = Error "yaml-syntax", Section(Format);
        title: "the text is not YAML";
        reason: "nothing after this place was read";
        help: "correct the indentation or the quoting here";

    ADJACENT_PARAMETERS = Warning "adjacent-parameters", Section(PathTemplateMatching);
        title: "nothing separates two parameters of a path";
        reason: "a request does not show where the first one ends, so that servers take one character for it and the rest for the second";
        help: "write a character between them that no value of the first has, or make one parameter of both";

    AMBIGUOUS_PATH = Error "ambiguous-path", Section(PathTemplateMatching);
        title: "two path templates match the same requests";
        reason: "templates that differ in names alone match the same requests, so that a server cannot distinguish them";
        help: "rename or merge one of the two paths";

    CLOSED_PART = Warning "closed-part", Field(Schema, "additionalProperties");
        title: "a part of `allOf` admits no properties but its own";
        reason: "`additionalProperties: false` only knows the properties of its own schema, and rejects those of the other parts";
        help: "close the whole with `unevaluatedProperties: false` (OpenAPI 3.1), or leave the part open";

    CONFLICTING_BOUNDS = Error "conflicting-bounds", JsonSchema(Validation("6"));
        title: "a lower bound is above the upper bound";
        reason: "no value can be within both bounds, so that every request or response is rejected";
        help: "correct one of the two bounds";

    DISCRIMINATOR_PROPERTY = Warning "discriminator-property", Field(Discriminator, "propertyName");
        title: "an alternative does not require the property of the discriminator";
        reason: "a value without the property cannot be distinguished, so that decoding has to guess";
        help: "describe the property in every alternative and list it in `required`";

    DISCRIMINATOR_TARGET = Error "discriminator-target", Field(Discriminator, "mapping");
        title: "a `mapping` leads to no alternative";
        reason: "a value with this name cannot be decoded";
        help: "write the name of an alternative, or a reference to it";

    DUPLICATE_ENUM_VALUE = Warning "duplicate-enum-value", Field(Schema, "enum");
        title: "a value is listed twice in `enum`";
        reason: "a value that is listed twice means no more than once, and two variants of a type cannot share a name";
        help: "remove one of the two";

    DUPLICATE_NAME = Warning "duplicate-name", Section(Objects);
        title: "a name is listed twice";
        reason: "the names of the list must be unique, and other tools reject the document";
        help: "remove one of the two";

    DUPLICATE_OPERATION_ID = Error "duplicate-operation-id", Field(Operation, "operationId");
        title: "two operations have the same `operationId`";
        reason: "operations are called by this name in generated code and in links";
        help: "rename one of them";

    DUPLICATE_PARAMETER = Error "duplicate-parameter", Field(Operation, "parameters");
        title: "a parameter is declared twice with the same name and location";
        reason: "only the first of the two counts";
        help: "remove one of the two";

    EMPTY_REQUIRED = Warning "empty-required", Field(Schema, "required");
        title: "a list of required properties is empty";
        reason: "3.0 requires at least one name, and other tools reject the document";
        help: "remove `required`";

    FOREIGN_PATTERN = Warning "foreign-pattern", Field(Schema, "pattern");
        title: "a `pattern` is of another dialect than ECMA-262";
        reason: "a generated server gives the construct the meaning of its dialect, and other tools reject it, or take it for characters";
        help: "write the pattern in ECMA-262";

    IGNORED_FIELD = Warning "ignored-field", Section(Objects);
        title: "a field has no meaning beside the others of its object";
        reason: "some tools ignore the field, and others reject the document";
        help: "remove the field, or what excludes it";

    IGNORED_KEYWORD = Warning "ignored-keyword", JsonSchema(Validation("6"));
        title: "a keyword has no effect on values of the declared type";
        reason: "keywords constrain values of one type and admit all others, so that this one is never enforced";
        help: "remove it, or correct `type`";

    IGNORED_PARAMETER = Warning "ignored-parameter", Field(Parameter, "name");
        title: "a parameter is the header `Accept`, `Content-Type` or `Authorization`, or an API key of the operation's security";
        reason: "media types and security schemes determine its value, so that tools ignore the parameter";
        help: "use `content` or a security scheme instead";

    IGNORED_REQUEST_BODY = Warning "ignored-request-body", Field(Operation, "requestBody");
        title: "a method without a meaning for bodies has a request body";
        reason: "a body has no defined meaning for this method, and servers and proxies drop or reject it";
        help: "send the data in parameters, or choose another method";

    INDISTINCT_OPERATIONS = Error "indistinct-operations", Citation::Object(PathItem);
        title: "requests of operations that share a path and method cannot be told apart";
        reason: "a server has nothing else to choose the operation by, and would reject the request or run another operation";
        help: "give each operation of `x-operations` a value that only its requests contain";

    INVALID_ADDRESS = Warning "invalid-address", Section(RelativeReferences);
        title: "an address is not of the form that its field needs";
        reason: "readers cannot follow it, and other tools reject the document";
        help: "write a URL or an email address";

    INVALID_COMPONENT_NAME = Error "invalid-component-name", Citation::Object(Components);
        title: "the name of a component has characters that are not allowed";
        reason: "names of components are letters, digits, `.`, `-` and `_`, so that references to them need no escapes";
        help: "use letters, digits, `.`, `-` and `_`";

    INVALID_DEFAULT = Warning "invalid-default", Field(Schema, "default");
        title: "a `default` does not fit its schema";
        reason: "a caller that leaves the value out gets one that the schema forbids";
        help: "correct the default or the schema";

    INVALID_ENUM_VALUE = Warning "invalid-enum-value", Field(Schema, "enum");
        title: "a value in `enum` does not fit the rest of its schema";
        reason: "the other keywords of the schema forbid this value, so that it can never be used";
        help: "remove the value, or correct the other keywords";

    INVALID_EXAMPLE = Warning "invalid-example", Citation::Object(Example);
        title: "an example does not fit its schema";
        reason: "readers copy examples, and mock servers answer with them";
        help: "correct the example or the schema";

    INVALID_EXTENSION = Warning "invalid-extension", Section(SpecificationExtensions);
        title: "a known extension has a value that it does not allow";
        reason: "generated code, servers and the differ act on the values that they know, and pass over all others";
        help: "write a value that the extension allows";

    INVALID_MEDIA_TYPE = Error "invalid-media-type", Rfc(9110, "8.3.1");
        title: "a key of `content` is not a media type";
        reason: "no request or response can have this content type";
        help: "write a type and a subtype such as `application/json`";

    INVALID_PATH = Error "invalid-path", Citation::Object(Paths);
        title: "a path does not begin with a slash, or its braces do not match";
        reason: "the path is appended to the URL of the server as it is";
        help: "begin with `/`, and close every `{`";

    PATH_WITH_QUERY = Warning "path-with-query", Citation::Object(Paths);
        title: "a path has a query or a fragment";
        reason: "the standard has no such paths, so that other tools send the fragment, or lose the operation";
        help: "write operations that share a path and method under `x-operations` of the path item";

    INVALID_PATTERN = Error "invalid-pattern", Field(Schema, "pattern");
        title: "a `pattern` is not a regular expression";
        reason: "tools read such a pattern in different ways, and a generated server does not enforce it";
        help: "correct the expression; ECMA-262 defines its syntax";

    INVALID_STATUS = Error "invalid-status", Citation::Object(Responses);
        title: "a key of `responses` is not a status";
        reason: "the response can never be chosen";
        help: "write a status such as '200', a range such as 4XX, or `default`";

    INVALID_STYLE = Error "invalid-style", Section(StyleValues);
        title: "a `style` does not exist for this location or type";
        reason: "clients and servers would have to guess how the value is written";
        help: "write a style that the standard lists for the location";

    INVALID_VALUE = Error "invalid-value", Section(Objects);
        title: "the value of a field is not one of those that the standard lists";
        reason: "tools ignore the value or reject the document";
        help: "write one of the listed values";

    MISSING_FIELD = Error "missing-field", Section(Objects);
        title: "an object lacks a required field";
        reason: "the standard requires the field, and without it the object cannot be used";
        help: "add the field";

    MISSING_ITEMS = Warning "missing-items", Field(Schema, "items");
        title: "an array has no `items`";
        reason: "without `items` the array holds anything, and its elements have no type in generated code";
        help: "add `items`";

    MISSING_OPERATION_ID = Note "missing-operation-id", Field(Operation, "operationId");
        title: "an operation has no `operationId`";
        reason: "generated code has to make up a name, which changes whenever the path does";
        help: "add `operationId` with a name that stays";

    MISSING_PATHS = Warning "missing-paths", Field(OpenApi, "paths");
        title: "a document has no `paths`";
        reason: "3.0 requires `paths`, and later versions `paths`, `components` or `webhooks`; other tools reject the document";
        help: "add `paths: {}`";

    MISSING_RESPONSES = Error "missing-responses", Citation::Object(Responses);
        title: "an operation has no `responses`, or they are empty";
        reason: "clients cannot know what a success looks like";
        help: "describe at least one response";

    MISPLACED_EXTENSION = Warning "misplaced-extension", Section(SpecificationExtensions);
        title: "an extension is in an object where it has no meaning";
        reason: "the extension has a meaning in another object, and no effect here";
        help: "move it to the object that it is for";

    MISSPELLED_EXTENSION = Warning "misspelled-extension", Section(SpecificationExtensions);
        title: "an unknown extension resembles a known one";
        reason: "an extension that nobody knows has no effect, though it may be meant to change generated code";
        help: "correct the name";

    MISSPELLED_FIELD = Warning "misspelled-field", Section(SpecificationExtensions);
        title: "a field is not part of the standard and resembles one that is";
        reason: "a field that the standard does not know is ignored";
        help: "correct the name";

    MISSING_TRANSLATION = Warning "missing-translation", Section(SpecificationExtensions);
        title: "a text is not translated into a language that other texts have";
        reason: "a reader of the document in that language meets a text in another";
        help: "add the translation to `x-i18n` of the same object";

    MISSPELLED_FORMAT = Warning "misspelled-format", Field(Schema, "format");
        title: "a `format` is not known and resembles one that is";
        reason: "a format that nobody knows is a note for the reader: no value is checked against it, and no type is chosen by it";
        help: "correct the name";

    NEVER_VALID = Warning "never-valid", JsonSchema(Core("4.3.2"));
        title: "a schema admits no value";
        reason: "every request or response with it is rejected";
        help: "correct the keywords that contradict each other";

    NULLABLE_ENUM = Note "nullable-enum", Field(Schema, "nullable");
        title: "a nullable schema does not list null in `enum`";
        reason: "by the letter of the standard null must be listed among the values too; it is admitted here";
        help: "add null to the values";

    NULLABLE_WITHOUT_TYPE = Warning "nullable-without-type", Field(Schema, "nullable");
        title: "`nullable` is beside no `type`";
        reason: "by the letter of the standard `nullable` has an effect only beside `type`; null is admitted here, but not by every tool";
        help: "add `type`";

    ORPHANED_TRANSLATION = Warning "orphaned-translation", Section(SpecificationExtensions);
        title: "a translation translates nothing";
        reason: "a translation takes the place of the text that is beside it under the same name, so that nobody sees this one";
        help: "remove it, or add the text that it translates";

    READ_AND_WRITE_ONLY = Error "read-and-write-only", Field(Schema, "readOnly");
        title: "a property is both `readOnly` and `writeOnly`";
        reason: "the property could be neither in requests nor in responses";
        help: "remove one of the two";

    REFERENCE_CYCLE = Error "reference-cycle", Citation::Object(Reference);
        title: "a `$ref` leads back to itself";
        reason: "the chain of references never reaches a definition";
        help: "refer to a definition";

    REFERENCE_NOT_ALLOWED = Warning "reference-not-allowed", Citation::Object(Reference);
        title: "a `$ref` replaces an object that must be written in place";
        reason: "a `$ref` is not followed here by every tool, so that the object is read as if it were empty";
        help: "write the object itself";

    REFERENCE_NOT_LOADED = Error "reference-not-loaded", Section(RelativeReferences);
        title: "the file of a `$ref` cannot be read";
        reason: "the object in this place is treated as undefined";
        help: "correct the path, which is relative to the file that holds the reference";

    REFERENCE_SIBLINGS = Warning "reference-siblings", Field(Reference, "$ref");
        title: "a field is beside a `$ref`";
        reason: "in OpenAPI 3.0 everything beside a `$ref` is ignored";
        help: "wrap the reference in `allOf`, or move the field to the target";

    REQUIRED_WITHOUT_PROPERTY = Warning "required-without-property", Field(Schema, "required");
        title: "`required` names a property that the schema does not describe";
        reason: "the property must be there, but nothing describes it";
        help: "describe the property, or remove the name";

    SCHEMA_CONTAINS_ITSELF = Error "schema-contains-itself", Field(Schema, "allOf");
        title: "a schema contains itself through `allOf`";
        reason: "the cycle adds no constraint, so it is ignored";
        help: "refer to the schema from a property instead";

    SECURITY_SCOPES = Warning "security-scopes", Citation::Object(SecurityRequirement);
        title: "a requirement names a scope that the scheme does not have";
        reason: "a scope that the scheme does not know cannot be granted";
        help: "declare the scope, or remove it";

    SHARED_QUERY = Error "shared-query", Field(Parameter, "in");
        title: "a `querystring` parameter is beside another query parameter";
        reason: "the whole query is one value, so no other parameter can be in it";
        help: "describe the query by one parameter in `querystring`, or by parameters in `query`";

    UNDECLARED_PATH_PARAMETER = Error "undeclared-path-parameter", Section(PathTemplateMatching);
        title: "a name in the braces of a path has no parameter";
        reason: "the path cannot be built without a value for every name in it";
        help: "declare a parameter with `in: path`, or remove the braces";

    UNDECLARED_SERVER_VARIABLE = Error "undeclared-server-variable", Field(Server, "variables");
        title: "a name in the braces of a server's URL has no variable";
        reason: "the URL of the server cannot be built without a value for every name in it";
        help: "declare the variable, or remove the braces";

    UNDECLARED_TAG = Note "undeclared-tag", Field(Operation, "tags");
        title: "a tag of an operation is not among the `tags` of the document";
        reason: "tags group operations and name the traits of generated servers, so that a typo creates a separate group";
        help: "add it to the `tags` of the document";

    UNDEFINED_OPERATION = Error "undefined-operation", Citation::Object(Link);
        title: "a link leads to an operation that does not exist";
        reason: "the link leads to no operation";
        help: "write the `operationId` of an operation";

    UNDEFINED_SECURITY_SCHEME = Error "undefined-security-scheme", Citation::Object(SecurityRequirement);
        title: "a requirement names a security scheme that does not exist";
        reason: "requests cannot be authenticated by a scheme that nothing describes";
        help: "declare it under `components/securitySchemes`";

    UNKNOWN_EXTENSION_PROPERTY = Warning "unknown-extension-property", Section(SpecificationExtensions);
        title: "an extension names a property that the schema does not have";
        reason: "generated code has no such property to look at, so that this part of the extension has no effect";
        help: "name a property of this schema, or remove it from the extension";

    UNKNOWN_FIELD = Warning "unknown-field", Section(SpecificationExtensions);
        title: "a field is not part of the standard";
        reason: "a field that the standard does not know is ignored";
        help: "remove it, or begin its name with `x-`";

    UNKNOWN_EXAMPLE_PROPERTY = Note "unknown-example-property", Citation::Object(Example);
        title: "an example has a property that its schema does not describe";
        reason: "a property that was renamed in the schema alone leaves such examples behind, and readers copy them";
        help: "describe the property, or remove it from the example";

    UNRESOLVED_REFERENCE = Error "unresolved-reference", Citation::Object(Reference);
        title: "a `$ref` leads to a place that does not exist";
        reason: "the object in this place is treated as undefined";
        help: "correct the reference";

    UNCHECKED_PATTERN = Warning "unchecked-pattern", JsonSchema(Core("6.4"));
        title: "a `pattern` cannot be checked";
        reason: "no regex engine here runs the pattern within the limits on time and size, so that a generated server does not enforce it";
        help: "write a simpler pattern";

    UNUSED_COMPONENT = Note "unused-component", Citation::Object(Components);
        title: "nothing refers to a component";
        reason: "a component has no effect until it is referenced";
        help: "refer to it, or remove it";

    UNUSED_PATH_PARAMETER = Error "unused-path-parameter", Field(Parameter, "name");
        title: "a path parameter has no place in its path";
        reason: "a path parameter that the path has no place for cannot be sent";
        help: "add its name in braces to the path, or remove the parameter";

    WRONG_KIND = Error "wrong-kind", Section(Objects);
        title: "a value has another type than the standard requires";
        reason: "a value of another kind cannot be read as what the standard puts here";
        help: "write a value of the required type";

    WRONG_TARGET = Error "wrong-target", Citation::Object(Reference);
        title: "a `$ref` leads to an object of another kind";
        reason: "the target means something else than what is needed here";
        help: "refer to an object of the kind that is needed";

    WRONG_VERSION = Warning "wrong-version", Section(Versions);
        title: "a field belongs to another version of the standard";
        reason: "tools for this version of the standard ignore it or reject the document";
        help: "write what this version has instead, or change `openapi`";
}
