//! Tests `lsp`: sessions of an editor with the server, over standard input and output.

mod actions;
mod completion;
mod diagnostics;
mod editor;
mod lenses;
mod navigation;

use self::editor::Editor;
use crate::{Folder, PETS};
