//! Cuts off the ends of a pattern what a search does not need: where nothing follows a repetition, a text that has the most
//! iterations has the fewest as well, and so for the beginning.
//!
//! Documents write the length of a text into a pattern without anchors, `\S{1,8192}` for one. Its automaton would have a
//! copy of the class for each character.

use regex_syntax::hir::{Hir, HirKind, Repetition};

/// Returns a pattern that matches a part of the same texts.
pub(super) fn cut(hir: &Hir) -> Hir {
    End::First.cut(&End::Last.cut(hir))
}

#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

impl End {
    fn cut(self, hir: &Hir) -> Hir {
        match hir.kind() {
            HirKind::Repetition(repetition) if repetition.max != Some(repetition.min) => {
                match repetition.min {
                    0 => Hir::empty(),
                    1 => self.cut(&repetition.sub),
                    least => Hir::repetition(Repetition {
                        max: Some(least),
                        ..repetition.clone()
                    }),
                }
            }
            HirKind::Concat(nodes) => {
                let mut nodes = nodes.clone();
                while let Some(node) = self.take(&mut nodes) {
                    let node = self.cut(&node);
                    if *node.kind() != HirKind::Empty {
                        self.put(&mut nodes, node);
                        break;
                    }
                }
                Hir::concat(nodes)
            }
            HirKind::Alternation(nodes) => {
                Hir::alternation(nodes.iter().map(|node| self.cut(node)).collect())
            }
            _ => hir.clone(),
        }
    }

    fn take(self, nodes: &mut Vec<Hir>) -> Option<Hir> {
        match self {
            Self::First if nodes.is_empty() => None,
            Self::First => Some(nodes.remove(0)),
            Self::Last => nodes.pop(),
        }
    }

    fn put(self, nodes: &mut Vec<Hir>, node: Hir) {
        match self {
            Self::First => nodes.insert(0, node),
            Self::Last => nodes.push(node),
        }
    }
}
