//! Contains the texts of the interface in all languages, side by side, so that none is missing in one.

use oas_document::schema::Counted;

use crate::language::Language;

macro_rules! words {
    ($($name:ident: $english:literal, $chinese:literal;)*) => {
        /// The texts of one language.
        #[derive(Debug)]
        pub(crate) struct Words {
            $(pub(crate) $name: &'static str,)*
        }

        const ENGLISH: Words = Words { $($name: $english,)* };
        const CHINESE: Words = Words { $($name: $chinese,)* };
    };
}

words! {
    skip: "Skip to the main content", "跳转到主要内容";
    contents: "On this page", "本页内容";
    version: "Version", "版本";
    language: "Language", "语言";
    operations: "Operations", "接口";
    other_operations: "Other operations", "其他接口";
    no_operations: "The document describes no operations.", "文档没有描述任何接口。";
    webhooks: "Webhooks", "Webhook";
    callbacks: "Callbacks", "回调";
    schemas: "Schemas", "数据结构";
    schema: "Schema", "数据结构";
    filter: "Filter", "筛选";
    filter_hint: "Name, path or text", "名称、路径或文字";
    nothing_found: "Nothing matches.", "没有匹配的内容。";
    contact: "Contact", "联系方式";
    license: "License", "许可证";
    terms: "Terms of service", "服务条款";
    more: "More", "更多";
    source: "Document", "文档源文件";
    previous: "Previous lines", "前一部分";
    next: "Next lines", "后一部分";

    since: "Since", "起始版本";
    synchronous: "Synchronous", "同步";
    asynchronous: "Asynchronous", "异步";
    needs_authentication: "Authentication required", "需要认证";
    authentication_optional: "Authentication optional", "可选认证";
    anonymous: "No authentication", "无需认证";
    deprecated: "Deprecated", "已废弃";
    idempotent: "Idempotent", "幂等";
    not_idempotent: "Not idempotent", "非幂等";
    sent_by_api: "Sent by the API", "由 API 发送";
    sent_by_api_note: "The API sends this request to its clients, which answer it.", "该请求由 API 发送给客户端，由客户端应答。";

    address: "Address", "请求地址";
    operation_id: "Operation ID", "操作 ID";
    selected_by_key: "selected by the key of the body", "由请求体的键选择：";
    selected_by_query: "selected by the query parameter", "由查询参数选择：";
    selected_by_header: "selected by the header field", "由请求头选择：";
    permalink: "Permalink", "永久链接";
    documented_at: "Original page", "原始页面";
    servers: "Servers", "服务器";
    default_server: "The server is where the document comes from.", "服务器即文档所在的位置。";
    security: "Authentication", "认证";
    no_security: "Nothing: the operation takes anonymous requests.", "无：该接口接受匿名请求。";
    any_of: "Any one of these is enough:", "满足以下任意一项即可：";
    all_of: "together with", "并且";
    or_anonymous: "Nothing: anonymous requests are taken, too.", "无：也接受匿名请求。";
    scopes: "Scopes:", "权限范围：";
    unknown_scheme: "The document does not describe this scheme.", "文档没有描述该认证方式。";
    mutual_tls: "A client certificate (mutual TLS).", "客户端证书（双向 TLS）。";
    open_id: "A bearer token by OpenID Connect:", "通过 OpenID Connect 获取的 Bearer 令牌：";
    oauth2: "A bearer token by OAuth 2:", "通过 OAuth 2 获取的 Bearer 令牌：";

    request: "Request", "请求参数";
    path_parameters: "Path parameters", "路径参数";
    query_parameters: "Query parameters", "查询参数";
    header_parameters: "Header fields", "请求头";
    cookie_parameters: "Cookies", "Cookie";
    querystring_parameters: "Query string", "查询字符串";
    body: "Request body", "请求体字段";
    no_request: "The request has neither parameters nor a body.", "该请求没有参数，也没有请求体。";
    responses: "Responses", "响应状态";
    no_responses: "The document describes no responses.", "文档没有描述响应。";
    no_body: "No body.", "没有响应体。";
    any_body: "The document does not describe the body.", "文档没有描述响应体的结构。";
    headers: "Header fields", "响应头";
    any_other_status: "Any other status", "其他状态";
    rejection: "When the server rejects the request by itself:", "服务器自行拒绝请求时：";
    links: "Leads to", "后续操作";
    unrouted: "Requests that no operation serves", "没有对应接口的请求";
    part: "part", "分部";
    part_headers: "Header fields of the part", "分部的请求头";
    part_of: "Part of", "属于";
    items: "Each item of the stream:", "流中的每一项：";

    required: "required", "必填";
    documented_required: "documented as required", "文档标记为必填";
    documented_required_note: "The original page marks this as required; on the wire it can be absent.", "原始页面标记为必填；实际传输中可能缺失。";
    documented_type: "the original page's name of the type", "原始页面中的类型名称";
    read_only: "only in responses", "仅出现在响应中";
    write_only: "only in requests", "仅出现在请求中";
    or_null: "or null", "或 null";
    any_value: "any value", "任意值";
    missing: "is missing: the reference leads to nothing", "缺失：该引用无法解析";
    no_value: "no value", "不允许任何值";
    array_of: "array of", "数组，元素为";
    of: " of", "，元素为";
    map_of: "map of", "键值对，值为";
    default: "default", "默认值";
    always: "always", "固定为";
    one_of_values: "one of", "可选值";
    example: "example", "示例";
    pattern: "matches", "匹配";
    multiple_of: "multiple of", "倍数";
    unique_items: "no two items alike", "元素不重复";
    media_type: "media type", "媒体类型";
    encoding: "encoding", "编码";
    style: "style", "序列化方式";
    one_of: "Exactly one of", "以下之一";
    any_of_schemas: "One or more of", "以下一项或多项";
    not: "Nothing that is", "不得符合";
    if_: "If it is", "如果符合";
    then: "then it is", "则须符合";
    else_: "else it is", "否则须符合";
    contains: "Some items are", "部分元素须符合";
    item_at: "Item", "元素";
    item: "Items", "元素";
    other_items: "Any other item", "其他任意元素";
    no_other_items: "no other items", "不允许其他元素";
    names_match: "Names of fields", "字段名";
    matching_names: "Fields that match", "名称匹配的字段";
    other_names: "Any other field", "其他任意字段";
    no_other_names: "no other fields", "不允许其他字段";
    requires: "requires", "要求";
    with_field: "With the field", "存在该字段时";
    encoded_content: "Its content", "其内容";
    discriminator: "distinguished by", "通过该字段区分";
    unfolds: "see", "详见";
    failure: "A body in which this field is present and not null reports a failure, with any status:", "响应体中存在该字段且不为 null 时表示操作失败，与状态码无关：";
    error_message: "Reads as an error whose text is made of", "作为错误读取，其文字由以下字段组成：";
    error_cause: "and whose cause is", "其原因为";

    try_heading: "Availability for debugging", "调试可用性";
    try_it: "Try it", "在线调试";
    try_note: "Sends a real request to the server below, with the values of this form.", "使用当前认证信息和示例参数提交 Mock 请求。";
    try_memory: "Credentials stay in the memory of this page.", "认证信息只保存在本页内存中。";
    base_url: "Base URL", "服务器地址";
    body_type: "Media type of the body", "请求体的媒体类型";
    send: "Send", "发送请求";
    sending: "Sending…", "正在发送…";
    response_received: "Response", "响应";
    time: "Time", "耗时";
    violations: "Violations", "违反约束";
    failed_to_send: "No response: the server cannot be reached, or does not let pages of this origin ask it.", "没有响应：无法连接服务器，或服务器不允许本页面的来源访问。";
    curl: "The same with curl", "等效的 curl 命令";
    user: "User name", "用户名";
    password: "Password", "密码";
    cookies_note: "Browsers let no page send cookies of its choice; the curl line has them.", "浏览器不允许页面发送指定的 Cookie，请使用 curl 命令。";

    samples: "Request samples", "请求示例";
    response_samples: "Response samples", "响应示例";
    documented_sample: "as documented", "文档示例";
    made_sample: "made of the schema", "由结构生成";
    history: "Change history", "变更历史";
    no_history: "This API has no changes so far.", "此 API 暂无变更历史记录。";
    whole_history: "The whole change history", "查看全部变更历史";
    breaking: "breaking", "不兼容";
    whole_document: "Whole document", "整个文档";
    extensions: "Extensions", "扩展字段";
}

impl Language {
    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        }
    }

    /// Formats a number of fields.
    pub(crate) fn fields(self, count: usize) -> String {
        match self {
            Self::English if count == 1 => "1 field".to_owned(),
            Self::English => format!("{count} fields"),
            Self::Chinese => format!("{count} 个字段"),
        }
    }

    /// Formats a number of named schemas.
    pub(crate) fn schemas(self, count: usize) -> String {
        match self {
            Self::English if count == 1 => "1 schema".to_owned(),
            Self::English => format!("{count} schemas"),
            Self::Chinese => format!("{count} 个数据结构"),
        }
    }

    /// Formats the limit of a count, in words.
    pub(crate) fn limit(self, counted: Counted, is_upper: bool, value: u64) -> String {
        let bound = if is_upper { "≤" } else { "≥" };
        let unit = match (self, counted) {
            (Self::English, Counted::Characters) if value == 1 => "character",
            (Self::English, Counted::Characters) => "characters",
            (Self::English, Counted::Items) if value == 1 => "item",
            (Self::English, Counted::Items) => "items",
            (Self::English, Counted::Properties) if value == 1 => "field",
            (Self::English, Counted::Properties) => "fields",
            (Self::Chinese, Counted::Characters) => "个字符",
            (Self::Chinese, Counted::Items) => "个元素",
            (Self::Chinese, Counted::Properties) => "个字段",
        };
        format!("{bound} {value} {unit}")
    }
}
