//! Classifies the error codes of a node.

/// A kind of failure, by the error code of the node. Releases of nodes add codes: the kind of an unknown code is
/// [`Other`](Self::Other), and [`Failure::code`](super::Failure::code) returns the code itself.
///
/// ```
/// use zstack_node::Kind;
///
/// assert_eq!(Kind::of("ID.1001"), Kind::InvalidSession);
/// assert_eq!(Kind::of("HOST.1001"), Kind::Other);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// `SYS.1000`: a defect of the node.
    Internal,
    /// `SYS.1001`: the operation took longer than the node allows.
    Timeout,
    /// `SYS.1003`: there is no such resource.
    NotFound,
    /// `SYS.1005`: the resource is in a state that does not allow it.
    StateChange,
    /// `SYS.1006`: the operation could not be done; for RecoverImage: nothing is deleted that could be recovered.
    OperationFailed,
    /// `SYS.1007`: a value is not one that the operation takes.
    InvalidArgument,
    /// `SYS.1010`, `SYS.1012`: the node is starting or ending.
    NotReady,
    /// `SYS.1008`, `SYS.1009`, `SYS.1014`, `PORTAL.1000`: the node does not have the operation.
    Unsupported,
    /// `SYS.1017`: the operation was cancelled.
    Cancelled,
    /// `ID.1002`, `SYS.1018`, `SYS.1019`: the account may not do this.
    PermissionDenied,
    /// `ID.1000`: wrong account name or password.
    BadCredentials,
    /// `ID.1001`: there is no such session, or it has expired.
    InvalidSession,
    /// `ID.1003`: the quota of the account is used up.
    QuotaExceeded,
    /// `ID.1005`: the password has to be changed first.
    PasswordExpired,
    /// `ID.1006`: the user has too many sessions.
    TooManySessions,
    /// `ID.1007`: the account is disabled.
    AccountDisabled,
    /// `ID.2000` to `ID.2003`: a second factor is asked for, or is wrong.
    SecondFactor,
    /// Any other code.
    Other,
}

impl Kind {
    /// Returns the kind of a code such as `SYS.1006` or `ORG_ZSTACK_IMAGE_10041`.
    #[must_use]
    pub fn of(code: &str) -> Self {
        match code {
            "SYS.1000" => Self::Internal,
            "SYS.1001" => Self::Timeout,
            "SYS.1003" => Self::NotFound,
            "SYS.1005" => Self::StateChange,
            "SYS.1006" | "ORG_ZSTACK_IMAGE_10041" => Self::OperationFailed,
            "SYS.1007" | "ORG_ZSTACK_IMAGE_10042" | "ORG_ZSTACK_IMAGE_10043" => {
                Self::InvalidArgument
            }
            "SYS.1010" | "SYS.1012" => Self::NotReady,
            "SYS.1008" | "SYS.1009" | "SYS.1014" | "PORTAL.1000" => Self::Unsupported,
            "SYS.1017" => Self::Cancelled,
            "ID.1002" | "SYS.1018" | "SYS.1019" => Self::PermissionDenied,
            "ID.1000" => Self::BadCredentials,
            "ID.1001" | "ORG_ZSTACK_IDENTITY_10020" => Self::InvalidSession,
            "ID.1003" => Self::QuotaExceeded,
            "ID.1005" => Self::PasswordExpired,
            "ID.1006" => Self::TooManySessions,
            "ID.1007" => Self::AccountDisabled,
            "ID.2000" | "ID.2001" | "ID.2002" | "ID.2003" => Self::SecondFactor,
            _ => Self::Other,
        }
    }

    /// Returns the remedy for the caller in English and in Chinese, unless it depends on the operation.
    pub(crate) fn advice(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::Internal => (
                "the node's log (management-server.log) has more",
                "更多信息请查看节点的日志（management-server.log）",
            ),
            Self::Timeout => (
                "look at the resource before you try again: it may have been changed",
                "重试之前请先查看资源：它可能已经改变",
            ),
            Self::NotFound => (
                "check the UUID; what was deleted is gone for good when its retention period is over",
                "请检查 UUID；已删除的资源在保留期过后无法恢复",
            ),
            Self::StateChange | Self::OperationFailed => (
                "look at the state of the resource: it may be what you want already",
                "请查看资源的状态：可能已经是所需的状态",
            ),
            Self::InvalidArgument => ("check the values of the request", "请检查请求中的值"),
            Self::NotReady => ("try again when the node has started", "请在节点启动后重试"),
            Self::Unsupported => (
                "the node's release does not have this operation",
                "该版本的节点没有这个操作",
            ),
            Self::PermissionDenied => (
                "use an account that owns the resource, or let its owner share it",
                "请使用拥有该资源的账户，或请其所有者共享",
            ),
            Self::BadCredentials => (
                "check the account name and the password",
                "请检查账户名和密码",
            ),
            Self::InvalidSession => ("log in again", "请重新登录"),
            Self::QuotaExceeded => (
                "raise the quota of the account, or free what it holds",
                "请提高账户的配额，或释放其占用的资源",
            ),
            Self::PasswordExpired => (
                "change the password in the node's web interface",
                "请在节点的网页界面修改密码",
            ),
            Self::TooManySessions => (
                "log out of sessions that are no longer used",
                "请退出不再使用的会话",
            ),
            Self::AccountDisabled => (
                "let an administrator enable the account",
                "请管理员启用该账户",
            ),
            Self::SecondFactor => (
                "log in through `zstack_node_protocol_client` with the token, and hand the session over",
                "请通过 `zstack_node_protocol_client` 用令牌登录，然后使用该会话",
            ),
            Self::Cancelled | Self::Other => return None,
        })
    }
}
