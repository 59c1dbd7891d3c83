//! Converts errors of a node to failures of a command.

use oas_cli::{CommandError, Exit, Phrase};
use zstack_node::{Error, Kind, Outcome};

/// Converts an error of the node to a failure.
pub(crate) fn of_node(error: &Error) -> CommandError {
    let message = match error {
        // The code is a part of the failure of its own, and the remedy below is that of this program.
        Error::Failed(failure) => {
            let of_node = failure.error();
            let texts = [of_node.description.as_deref(), failure.details()];
            let texts: Vec<&str> = texts.into_iter().flatten().collect();
            let texts = texts.join(": ");
            Phrase::new(
                format!("the operation failed: {texts}"),
                format!("操作失败：{texts}"),
            )
        }
        other => Phrase::new(other.to_string(), other.chinese()),
    };
    let failure = CommandError::new(exit(error), message);
    let failure = match error.code() {
        Some(code) => failure.with_code(code),
        None => failure,
    };
    match help(error) {
        Some(help) => failure.with_help(help),
        None => failure,
    }
}

fn exit(error: &Error) -> Exit {
    match (error.outcome(), error) {
        (Outcome::Unknown, _) => Exit::Unknown,
        (Outcome::Done | Outcome::Validated, _) => Exit::Done,
        (_, Error::Failed(_) | Error::Rejected(_)) => Exit::Rejected,
        (_, Error::Unavailable(_) | Error::TimedOut { .. } | Error::NotReceived(_)) => {
            Exit::NotConnected
        }
        _ => Exit::Usage,
    }
}

fn help(error: &Error) -> Option<Phrase> {
    if let Error::Unknown(unknown) = error {
        let command = format!("zstack job resume {}", unknown.job().uuid());
        if unknown.needs_session() {
            return Some(Phrase::new(
                format!("`zstack login` opens a session, with which `{command}` asks again"),
                format!("用 `zstack login` 登录后，用 `{command}` 再次查询"),
            ));
        }
        return Some(Phrase::new(
            format!("`{command}` asks again"),
            format!("用 `{command}` 再次查询"),
        ));
    }
    match error.kind() {
        Some(kind) => of_kind(kind),
        None => match error {
            Error::Unavailable(_) => Some(Phrase::new(
                "check the address; nothing was done",
                "请检查地址；没有执行任何操作",
            )),
            _ => None,
        },
    }
}

/// Returns the remedy for a kind of error, if there is one that a caller can apply.
fn of_kind(kind: Kind) -> Option<Phrase> {
    let (english, chinese) = match kind {
        Kind::InvalidSession => ("`zstack login` opens a session", "用 `zstack login` 登录"),
        Kind::BadCredentials => ("check the account and the password", "请检查账户和密码"),
        Kind::NotFound => (
            "check the names and UUIDs; what was expunged is gone for good",
            "请检查名称和 UUID；彻底删除的镜像无法恢复",
        ),
        Kind::PermissionDenied => (
            "use an account that owns the resource",
            "请使用拥有该资源的账户",
        ),
        Kind::InvalidArgument => (
            "check the conditions and the UUIDs of the command",
            "请检查命令中的条件和 UUID",
        ),
        Kind::StateChange | Kind::OperationFailed => (
            "look at the state of the image: it may be what you want already",
            "请查看镜像的状态：可能已经是所需的状态",
        ),
        // The message of the node is all that is known.
        _ => return None,
    };
    Some(Phrase::new(english, chinese))
}
