//! What the names of a module's code are bound to.

use oxc_ast::ast::IdentifierReference;
use oxc_semantic::{Scoping, SymbolId};
use rustc_hash::FxHashMap;

use super::live::InPlace;

/// Which symbols are imports, which are cells.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    pub imports: FxHashMap<SymbolId, usize>,
    pub cells: FxHashMap<SymbolId, usize>,
    /// The cell of `export default`, when it is not a named declaration.
    pub default_cell: Option<usize>,
    /// In the code of an eval: what its names mean where they are not declared in it.
    pub outer_imports: FxHashMap<String, usize>,
    pub outer_cells: FxHashMap<String, usize>,
    /// Imports that are read where they come from, each time.
    pub live: FxHashMap<usize, InPlace>,
}

impl Bindings {
    pub(super) fn import_of(&self, id: &IdentifierReference, scoping: &Scoping) -> Option<usize> {
        match symbol_of(id, scoping) {
            Some(symbol) => self.imports.get(&symbol).copied(),
            None => self.outer_imports.get(id.name.as_str()).copied(),
        }
    }

    pub(super) fn cell_of(&self, id: &IdentifierReference, scoping: &Scoping) -> Option<usize> {
        match symbol_of(id, scoping) {
            Some(symbol) => self.cells.get(&symbol).copied(),
            None => self.outer_cells.get(id.name.as_str()).copied(),
        }
    }
}

fn symbol_of(id: &IdentifierReference, scoping: &Scoping) -> Option<SymbolId> {
    scoping.get_reference(id.reference_id.get()?).symbol_id()
}
