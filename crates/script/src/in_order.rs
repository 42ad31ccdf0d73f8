//! The one sort for short lists: sorting a list of another type is two to four kilobytes of wasm more.

/// The items in the order of their keys; those whose keys are equal stay as they stood.
pub(crate) fn by_key<T>(items: Vec<T>, key: impl Fn(&T) -> u64) -> Vec<T> {
    if items.len() < 2 {
        return items;
    }
    let keyed = items.iter().enumerate();
    let mut order: Vec<(u64, usize)> = keyed.map(|(at, item)| (key(item), at)).collect();
    order.sort_unstable();
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let sorted = order.iter().map(|&(_, at)| items[at].take());
    sorted
        .map(|item| item.expect("each is taken once"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_stay_as_they_stood() {
        let items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (0, 'd'), (1, 'e')];
        let sorted = by_key(items, |item| item.0);
        let letters: String = sorted.iter().map(|item| item.1).collect();
        assert_eq!(letters, "dbeac");
        assert!(by_key(Vec::<u64>::new(), |item| *item).is_empty());
    }
}
