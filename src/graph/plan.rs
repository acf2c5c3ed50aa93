//! What an update consists of, as plain data.

use super::ModuleId;

/// Why propagation starts at a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub module: ModuleId,
    /// False for a module that failed in an earlier update and is taken along only if something
    /// connected to it changed.
    pub fresh: bool,
}

/// Why a module is evaluated anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its own content changed, or it was invalidated by name.
    Changed,
    /// It imports this module, which is evaluated anew.
    Imports(ModuleId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedModule {
    pub module: ModuleId,
    pub reason: Reason,
}

/// An importer that keeps the old instance, because no path from it leads to a boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outsider {
    pub importer: ModuleId,
    pub module: ModuleId,
}

/// Modules that succeed or fail together: they are connected through what is evaluated anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Dependencies before their importers (in a cycle: as a depth-first walk leaves it).
    pub modules: Vec<PlannedModule>,
    /// The boundaries among them, in the same order.
    pub boundaries: Vec<ModuleId>,
    pub outside: Vec<Outsider>,
}

/// What is evaluated anew, as independent transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdatePlan {
    pub groups: Vec<Group>,
}
