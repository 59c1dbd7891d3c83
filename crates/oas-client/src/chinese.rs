//! Formats errors in Chinese. Texts from servers and libraries inside a message are not translated.

use std::fmt;

use crate::config::BuildError;
use crate::encode::EncodeError;
use crate::error::Error;

impl<E: fmt::Display> Error<E> {
    /// Returns the message in Chinese; `Display` formats the English one.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let error = oas_client::Error::<String>::Timeout { limit: Duration::from_secs(3) };
    /// assert_eq!(error.to_string(), "there was no complete response within 3s");
    /// assert_eq!(error.chinese(), "在 3s 内没有收到完整的响应");
    /// ```
    #[must_use]
    pub fn chinese(&self) -> String {
        match self {
            Self::InvalidRequest(why) => format!("请求没有发送：{why}"),
            Self::Communication(error) if error.is_connect() && error.is_timeout() => {
                format!("{} 没有及时接受连接", server(error))
            }
            Self::Communication(error) if error.is_connect() => {
                format!("无法连接 {}", server(error))
            }
            Self::Communication(_) => "连接在收到完整的响应之前中断".to_owned(),
            Self::Timeout { limit } => format!("在 {limit:?} 内没有收到完整的响应"),
            Self::ErrorResponse(response) => {
                let reported = match response.status().is_success() {
                    true => "，并报告失败",
                    false => "",
                };
                let text = crate::text::shortened(&(***response).to_string());
                let text = Some(text).filter(|text| !text.is_empty());
                let text = text.map(|text| format!("：{text}")).unwrap_or_default();
                format!("服务器响应 {}{reported}{text}", response.status())
            }
            Self::InvalidResponsePayload(payload) if payload.body().is_empty() => {
                format!("服务器响应 {}，没有文档规定的内容", payload.status())
            }
            Self::InvalidResponsePayload(payload) => {
                format!("服务器响应 {}，内容与文档不符", payload.status())
            }
            Self::BodyTooLarge { status, limit } => {
                format!("服务器响应 {status}，内容超过 {limit} 字节")
            }
            Self::UnexpectedResponse(response) => {
                format!("服务器响应 {}，文档中没有这个状态", response.status())
            }
            Self::Hook(error) => format!("钩子拒绝了请求：{error}"),
            Self::Transport(error) => format!("传输没有带回响应：{error}"),
        }
    }
}

/// Returns the host and the port of the server that an error is about.
fn server(error: &reqwest::Error) -> String {
    let parts = error
        .url()
        .and_then(|url| Some((url.host_str()?, url.port_or_known_default()?)));
    match parts {
        Some((host, port)) => format!("{host}:{port}"),
        None => "服务器".to_owned(),
    }
}

impl BuildError {
    /// Returns the message in Chinese; `Display` formats the English one.
    ///
    /// ```
    /// let error = oas_client::ClientCore::new("nowhere", Default::default()).unwrap_err();
    /// assert!(error.to_string().starts_with("not a base URL"));
    /// assert!(error.chinese().starts_with("地址无效"));
    /// ```
    #[must_use]
    pub fn chinese(&self) -> String {
        match self {
            // The reasons are variations of the rule.
            Self::BaseUrl(_) => {
                "地址无效：需要以 http:// 或 https:// 开头的完整地址，其中没有用户、查询、片段和变量"
                    .to_owned()
            }
            Self::Config(problem) => format!("客户端的设置无效：{problem}"),
            Self::Http(_) => "无法初始化 HTTP 客户端".to_owned(),
        }
    }
}

impl EncodeError {
    /// Returns the message in Chinese; `Display` formats the English one.
    ///
    /// ```
    /// use oas_client::{Serialization, encode};
    ///
    /// let nested = vec![vec![1]];
    /// let error = encode::path(Serialization::SIMPLE, "id", &nested).unwrap_err();
    /// assert_eq!(error.chinese(), "path 参数 `id` 的值无法用其样式（style）表示");
    /// ```
    #[must_use]
    pub fn chinese(&self) -> String {
        match self {
            Self::Parameter { location, name, .. } => {
                format!("{location} 参数 `{name}` 的值无法用其样式（style）表示")
            }
            Self::NoValue(name) => format!("路径参数 `{name}` 没有值"),
            Self::Query { name, .. } => format!("查询 `{name}` 的值无法用其媒体类型表示"),
            Self::NotJson(_) => "表单的值不是 JSON".to_owned(),
            Self::Form(_) => "表单不是对象，或其属性的值无法编码".to_owned(),
        }
    }
}
