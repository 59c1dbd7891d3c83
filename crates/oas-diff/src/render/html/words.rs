//! Contains the texts of the page, in each language.

use maud::{Markup, html as markup};

use crate::{
    model::Verdict,
    severity::{Direction, Severity},
};

/// A word in English and in Chinese.
pub(super) type Word = (&'static str, &'static str);

macro_rules! words {
    ($($name:ident: $english:literal, $chinese:literal;)*) => {
        pub(super) struct Words {
            $(pub(super) $name: Word,)*
        }

        pub(super) const WORDS: Words = Words { $($name: ($english, $chinese),)* };
    };
}

words! {
    title: "API change", "API 变更";
    verdict: "Verdict", "结论";
    operation: "Operation", "接口";
    rule: "Rule", "规则";
    before: "Before", "变更前";
    after: "After", "变更后";
    side_by_side: "Both documents, with the findings at their lines", "新旧文档对照，变更标在所在行";
    elsewhere: "Findings without a line here", "没有对应行的变更";
    elsewhere_shown: "in the change", "在变更中查看";
    nothing: "Nothing changed.", "没有变更。";
    stale: "Stale", "已失效";
    lines: "unchanged lines", "行未变更";
    why: "Why", "原因";
    direction: "Direction", "方向";
    via: "Via", "途径";
    was: "Was", "原位置";
    now: "Now", "现位置";
    decision: "By decision", "按项目决定";
    accepted: "accepted", "已接受";
    accept: "To accept it, in", "如需接受，请写入";
    generated: "generated code", "生成的代码";
    no_operation: "no operation", "不涉及接口";
    breaking: "breaking", "不兼容";
    warning: "warning", "警告";
    compatible: "compatible", "兼容";
    docs: "docs", "仅文档";
    none: "none", "无变更";
    request: "request", "请求";
    response: "response", "响应";
}

pub(super) fn severity(severity: Severity) -> Word {
    match severity {
        Severity::Breaking => WORDS.breaking,
        Severity::Warning => WORDS.warning,
        Severity::Info => WORDS.compatible,
        Severity::Docs => WORDS.docs,
    }
}

pub(super) fn verdict(verdict: Verdict) -> Word {
    match verdict {
        Verdict::Breaking => WORDS.breaking,
        Verdict::Warning => WORDS.warning,
        Verdict::Compatible => WORDS.compatible,
        Verdict::Docs => WORDS.docs,
        Verdict::None => WORDS.none,
    }
}

pub(super) fn direction(direction: Direction) -> Word {
    match direction {
        Direction::Request => WORDS.request,
        Direction::Response => WORDS.response,
    }
}

/// Renders a text in both languages, of which the style displays one.
pub(super) fn both((english, chinese): Word) -> Markup {
    markup! { span.en lang="en" { (english) } span.zh lang="zh" { (chinese) } }
}
