//! Making strips and giving them keys. None of it is undone: undoing a pasted scene must not
//! take what someone else typed into its strip.

use yrs::{Map, MapPrelim, TextPrelim, TransactionMut};

use crate::order_key::{self, OrderKey};
use crate::schema;
use crate::script::{Cause, Script, Steps, Working};
use crate::sum_tree::Handle;

impl Script {
    /// A key for a strip that comes right after another, or before all. Where there is no room,
    /// the strips around are re-keyed first.
    pub(crate) fn key_after(&mut self, after: Option<Handle>, steps: &mut Steps) -> String {
        let key = self.keys_after(after, 1, steps).pop();
        key.expect("one key was asked for")
    }

    /// Keys for `count` strips that come right after another, or before all.
    pub(crate) fn keys_after(
        &mut self,
        after: Option<Handle>,
        count: usize,
        steps: &mut Steps,
    ) -> Vec<String> {
        let tree = &self.index.tree;
        if tree.count() == 0 && count > 1 {
            return order_key::spread(count, &mut self.rng);
        }
        let low = after.map(|handle| tree.get(handle).key.clone());
        let next = match after {
            Some(handle) => tree.next(handle),
            None => tree.first(),
        };
        let high = next.map(|handle| tree.get(handle).key.clone());
        let keys = between(low.as_ref(), high.as_ref(), count, &mut self.rng);
        if let Some(keys) = keys {
            return keys;
        }
        let name = after.map(|handle| self.index.strip(handle).name.clone());
        self.rekey_around(after.or(next), steps);
        let after = name.map(|name| self.index.named(&name).expect("re-keyed, not removed"));
        self.keys_after(after, count, steps)
    }

    /// Spreads the keys of the strips around a place over the room that is there.
    fn rekey_around(&mut self, middle: Option<Handle>, steps: &mut Steps) {
        let middle = middle.expect("keys only collide where there are strips");
        let tree = &self.index.tree;
        let mut crowd = vec![middle];
        for reach in [4, 16, 64, 256, usize::MAX] {
            let mut low = middle;
            let mut high = middle;
            crowd = vec![middle];
            for _ in 0..reach {
                let (before, after) = (tree.previous(low), tree.next(high));
                if before.is_none() && after.is_none() {
                    break;
                }
                if let Some(before) = before {
                    low = before;
                    crowd.insert(0, before);
                }
                if let Some(after) = after {
                    high = after;
                    crowd.push(after);
                }
            }
            let key = |handle: Option<Handle>| handle.map(|h| tree.get(h).key.clone());
            let (low, high) = (key(tree.previous(low)), key(tree.next(high)));
            let short = |key: &Option<OrderKey>| {
                let key = key.as_ref().and_then(OrderKey::as_str);
                key.is_none_or(|key| key.len() <= order_key::LONGEST_MADE / 2)
            };
            let missing = high == Some(OrderKey::Missing) || low == Some(OrderKey::Missing);
            if !short(&low) || !short(&high) || missing {
                continue;
            }
            let keys = between(low.as_ref(), high.as_ref(), crowd.len(), &mut self.rng);
            if let Some(keys) = keys {
                return self.set_keys(&crowd, keys, steps, Cause::Upkeep);
            }
        }
        let keys = order_key::spread(crowd.len(), &mut self.rng);
        self.set_keys(&crowd, keys, steps, Cause::Upkeep);
    }

    /// Gives strips their keys.
    pub(crate) fn set_keys(
        &mut self,
        strips: &[Handle],
        keys: Vec<String>,
        steps: &mut Steps,
        cause: Cause,
    ) {
        self.step(steps, cause, |working, txn| {
            for (&handle, key) in strips.iter().zip(keys) {
                working.index.strip(handle).map.insert(txn, schema::AT, key);
            }
        });
    }
}

/// `count` keys between two; none where there is no room.
fn between(
    low: Option<&OrderKey>,
    high: Option<&OrderKey>,
    count: usize,
    rng: &mut crate::rng::Rng,
) -> Option<Vec<String>> {
    if low == Some(&OrderKey::Missing) {
        return None;
    }
    let high = high.and_then(OrderKey::as_str);
    let mut low = low.and_then(OrderKey::as_str).map(str::to_owned);
    let mut keys = Vec::with_capacity(count);
    for _ in 0..count {
        let key = order_key::between(low.as_deref(), high, rng)?;
        low = Some(key.clone());
        keys.push(key);
    }
    Some(keys)
}

impl Working<'_> {
    /// Makes an empty strip.
    pub(crate) fn add_strip(
        &self,
        txn: &mut TransactionMut,
        name: &str,
        key: &str,
    ) -> yrs::TextRef {
        let map = self.strips.insert(txn, name, MapPrelim::default());
        map.insert(txn, schema::AT, key);
        map.insert(txn, schema::TEXT, TextPrelim::new(""))
    }
}
