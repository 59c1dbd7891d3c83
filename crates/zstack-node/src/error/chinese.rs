//! Formats errors in Chinese, as `Display` does in English.

use super::{Error, ExchangeError, Failure, Rejection, UnknownOutcome};
use crate::text::Bilingual;

impl Bilingual for Error {
    fn in_chinese(&self) -> String {
        match self {
            Self::Setup(reason) => format!("无法连接节点：{}", reason.chinese()),
            Self::InvalidRequest(reason) => format!("没有发送任何请求：{}", reason.chinese()),
            Self::Unavailable(cause) => format!("节点不可用：{}", cause.in_chinese()),
            Self::Rejected(rejection) => format!("节点拒绝了请求：{}", rejection.in_chinese()),
            Self::Failed(failure) => format!("操作失败：{}", failure.in_chinese()),
            Self::TimedOut { limit } => {
                format!("节点在 {limit:?} 内没有接受请求；没有执行任何操作")
            }
            Self::NotReceived(job) => {
                format!("节点从未收到任务 {}；请重新执行操作", job.uuid())
            }
            Self::Unknown(unknown) => unknown.in_chinese(),
            Self::Unreadable(reason) => format!("操作已成功，但无法读取结果：{}", reason.chinese()),
            Self::NoResult => "节点确认请求有效，并按 `validationOnly` 的要求没有执行".to_owned(),
        }
    }
}

impl Bilingual for UnknownOutcome {
    fn in_chinese(&self) -> String {
        let Self {
            job, reason, cause, ..
        } = self;
        let cause = cause.as_ref().map(ExchangeError::in_chinese);
        let cause = cause.map(|cause| format!("（最后一次：{cause}）"));
        format!(
            "不知道 {} 的结果：{}{}；请恢复任务 {} 再次查询，或在重新执行操作之前查看资源",
            job.operation(),
            reason.chinese(),
            cause.unwrap_or_default(),
            job.uuid()
        )
    }
}

impl Bilingual for ExchangeError {
    fn in_chinese(&self) -> String {
        self.message.chinese().to_owned()
    }
}

impl Bilingual for Failure {
    fn in_chinese(&self) -> String {
        let mut text = self.reported();
        if let Some(root) = self.reported_root() {
            text.push_str(&format!("；原因：{root}"));
        }
        match self.kind().advice().map(|(_, chinese)| chinese) {
            Some(advice) => text + "；" + advice,
            None => text,
        }
    }
}

impl Bilingual for Rejection {
    fn in_chinese(&self) -> String {
        let mut text = self.reported();
        if let Some((_, advice)) = self.advice() {
            text.push('；');
            text.push_str(advice);
        }
        text
    }
}
