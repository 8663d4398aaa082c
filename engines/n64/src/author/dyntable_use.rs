//! What the entries of a dyntable point to: known from how scripts use it (`n64-authoring.md` 3).
//!
//! Bytes and texts ask the same question about different things, so the search sees scripts as a graph of numbered
//! nodes.

use std::collections::HashSet;

use crate::author::abi::{Action, Scope};

/// What the entries of a dyntable point to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EntryKind {
    /// So many further dyntables lie between.
    pub(super) levels: u8,
    pub(super) leaf: Leaf,
}

/// What the last dyntable points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leaf {
    Script(Scope),
    Data,
}

impl EntryKind {
    /// A table of scripts.
    pub(super) const fn scripts(scope: Scope) -> Self {
        Self { levels: 0, leaf: Leaf::Script(scope) }
    }

    /// The same without the first of several tables; none if there is just one.
    pub(super) const fn inner(self) -> Option<Self> {
        match self.levels {
            0 => None,
            levels => Some(Self { levels: levels - 1, leaf: self.leaf }),
        }
    }
}

/// Tables of tables are followed so deep.
const MOST_LEVELS: u8 = 8;

/// All searches together look at so many nodes: far more than any real sequence needs.
pub(super) const SEARCH_BUDGET: usize = 5_000_000;

/// Scripts, as far as they are known.
pub(super) trait ScriptGraph {
    /// What a node does; none if it is no command.
    fn action(&self, node: usize) -> Option<Action>;

    /// The node of the same script that follows it.
    fn next(&self, node: usize) -> Option<usize>;

    /// The node that it points to.
    fn target(&self, node: usize) -> Option<usize>;

    /// The calls that lead to the script that a node ends; how many calls were looked at is taken off the budget.
    fn callers(&self, end: usize, budget: &mut usize) -> Vec<usize>;
}

/// How a dyntable is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Use {
    /// The node that uses it.
    pub(super) node: usize,
    pub(super) entries: EntryKind,
}

/// Follows scripts from a node that sets a dyntable, on all ways, to the next nodes that use it.
pub(super) fn find_uses(graph: &impl ScriptGraph, setter: usize, budget: &mut usize) -> Vec<Use> {
    let mut uses = Vec::new();
    let mut visited = HashSet::new();
    let mut ways: Vec<Way> = graph.next(setter).map(Way::start).into_iter().collect();
    while let Some(way) = ways.pop() {
        if *budget == 0 || !visited.insert(way) {
            continue;
        }
        *budget -= 1;
        let mut go_to = |node: Option<usize>, way: Way| ways.extend(node.map(|node| Way { node, ..way }));
        let next = graph.next(way.node);
        let Some(action) = graph.action(way.node) else {
            go_to(next, way);
            continue;
        };
        let leaf = match action {
            Action::ChannelFromDyntable => Some(Leaf::Script(Scope::Channel)),
            Action::LayerFromDyntable => Some(Leaf::Script(Scope::Layer)),
            Action::DataFromDyntable => Some(Leaf::Data),
            _ => None,
        };
        if let Some(leaf) = leaf {
            uses.push(Use { node: way.node, entries: EntryKind { levels: way.levels, leaf } });
            continue;
        }
        match action {
            Action::SetDyntable | Action::DyntableFromData => {}
            Action::DyntableFromDyntable if way.levels == MOST_LEVELS => {}
            Action::DyntableFromDyntable => go_to(next, Way { levels: way.levels + 1, ..way }),
            Action::Jump => go_to(graph.target(way.node), way),
            Action::Branch => {
                go_to(next, way);
                go_to(graph.target(way.node), way);
            }
            Action::Call => {
                go_to(next, way);
                go_to(graph.target(way.node), Way { is_called: true, ..way });
            }
            // What was called on the way comes back to the node behind the call, which is on the way already.
            Action::End if way.is_called => {}
            Action::End => {
                for caller in graph.callers(way.node, budget) {
                    go_to(graph.next(caller), way);
                }
            }
            _ => go_to(next, way),
        }
    }
    uses
}

/// A place that the search has to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Way {
    node: usize,
    /// Tables of tables that were passed.
    levels: u8,
    /// Whether it is within what was called on the way.
    is_called: bool,
}

impl Way {
    const fn start(node: usize) -> Self {
        Self { node, levels: 0, is_called: false }
    }
}
