//! Trees of scopes and departments, laid out so that a subtree is a range.

use std::collections::HashMap;

use super::number::narrow;

/// A forest in preorder: every node stands directly before its whole subtree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree<'d> {
    /// Preorder position of each name.
    pub(crate) index: HashMap<&'d str, u32>,
    /// Names in preorder.
    pub(crate) names: Vec<&'d str>,
    /// The position after each node's last descendant.
    pub(crate) ends: Vec<u32>,
    /// The node above each.
    pub(crate) parents: Vec<Option<u32>>,
    /// Where each node stands in the document.
    pub(crate) places: Vec<usize>,
    /// Document positions of nodes that hang in a circle and are in no tree.
    pub(crate) circular: Vec<usize>,
}

impl<'d> Tree<'d> {
    /// Lays out nodes told as (name, parent). Of equal names the first counts; a node whose parent
    /// does not exist is a root of its own; nodes in a circle are left out.
    pub(crate) fn new(nodes: impl Iterator<Item = (&'d str, Option<&'d str>)>) -> Self {
        let nodes: Vec<(&str, Option<&str>)> = nodes.collect();
        let mut first: HashMap<&str, usize> = HashMap::with_capacity(nodes.len());
        for (place, (name, _)) in nodes.iter().enumerate() {
            first.entry(name).or_insert(place);
        }
        let is_first = |place: usize, name: &str| first.get(name) == Some(&place);
        let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut roots = Vec::new();
        for (place, (name, parent)) in nodes.iter().enumerate() {
            if !is_first(place, name) {
                continue;
            }
            match parent.and_then(|parent| first.get(parent)) {
                Some(above) => children.entry(*above).or_default().push(place),
                None => roots.push(place),
            }
        }
        let mut tree = Self::default();
        let mut seen = vec![false; nodes.len()];
        // Entered with `None`; left with the position to close.
        let mut stack: Vec<(usize, Option<u32>, Option<u32>)> =
            roots.iter().rev().map(|root| (*root, None, None)).collect();
        while let Some((place, above, close)) = stack.pop() {
            if let Some(position) = close {
                let end = narrow(tree.names.len());
                if let Some(slot) = tree.ends.get_mut(super::number::widen(position)) {
                    *slot = end;
                }
                continue;
            }
            let Some((name, _)) = nodes.get(place) else {
                continue;
            };
            let position = narrow(tree.names.len());
            if let Some(mark) = seen.get_mut(place) {
                *mark = true;
            }
            tree.index.insert(name, position);
            tree.names.push(name);
            tree.ends.push(position);
            tree.parents.push(above);
            tree.places.push(place);
            stack.push((place, above, Some(position)));
            for child in children.get(&place).into_iter().flatten().rev() {
                stack.push((*child, Some(position), None));
            }
        }
        tree.circular = nodes
            .iter()
            .enumerate()
            .filter(|(place, (name, _))| {
                is_first(*place, name) && !seen.get(*place).copied().unwrap_or(true)
            })
            .map(|(place, _)| place)
            .collect();
        tree
    }

    pub(crate) fn position(&self, name: &str) -> Option<u32> {
        self.index.get(name).copied()
    }

    pub(crate) fn name(&self, position: u32) -> &'d str {
        self.names
            .get(super::number::widen(position))
            .copied()
            .unwrap_or_default()
    }

    pub(crate) fn end(&self, position: u32) -> u32 {
        self.ends
            .get(super::number::widen(position))
            .copied()
            .unwrap_or(position)
    }

    pub(crate) fn parent(&self, position: u32) -> Option<u32> {
        self.parents
            .get(super::number::widen(position))
            .copied()
            .flatten()
    }

    /// Whether the first covers the second: is it, or stands above it.
    pub(crate) fn covers(&self, above: u32, below: u32) -> bool {
        above <= below && below < self.end(above)
    }

    /// Whether one of some sorted, disjoint subtrees covers a node.
    pub(crate) fn any_covers(&self, sorted: &[u32], below: u32) -> bool {
        let after = sorted.partition_point(|above| *above <= below);
        let last = after.checked_sub(1).and_then(|at| sorted.get(at));
        last.is_some_and(|above| self.covers(*above, below))
    }

    /// Sorted, without what another of them covers.
    pub(crate) fn widest(&self, positions: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut positions: Vec<u32> = positions.collect();
        positions.sort_unstable();
        let mut kept: Vec<u32> = Vec::with_capacity(positions.len());
        for position in positions {
            if !kept.last().is_some_and(|last| self.covers(*last, position)) {
                kept.push(position);
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn a_subtree_is_a_range_and_circles_are_left_out() {
        let nodes = [
            ("paris", Some("france")),
            ("root", None),
            ("spain", Some("root")),
            ("france", Some("root")),
            ("a", Some("b")),
            ("b", Some("a")),
        ];
        let tree = Tree::new(nodes.into_iter());
        assert_eq!(tree.names, ["root", "spain", "france", "paris"]);
        assert_eq!(tree.ends, [4, 2, 4, 4]);
        assert_eq!(tree.parents, [None, Some(0), Some(0), Some(2)]);
        assert_eq!(tree.circular, [4, 5]);
        assert_eq!(tree.widest([3, 1, 2].into_iter()), [1, 2]);
    }
}
