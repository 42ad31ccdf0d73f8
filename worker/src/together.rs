//! Waiting for several things at once. `join_all` of futures-util would do it too, with a scheduler for thousands of them that
//! is larger than all that waits here.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// What comes of all of them, in their order.
pub(crate) async fn all<T>(work: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut work: Vec<Pin<Box<_>>> = work.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = work.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (one, done) in work.iter_mut().zip(&mut done) {
            if done.is_none()
                && let Poll::Ready(value) = one.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        match done.iter().all(Option::is_some) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn all_come_in_their_order_whichever_is_ready_first() {
        let after = |turns: u32, value: u32| {
            let mut turn = 0;
            poll_fn(move |_| {
                turn += 1;
                match turn > turns {
                    true => Poll::Ready(value),
                    false => Poll::Pending,
                }
            })
        };
        let mut whole = Box::pin(all([after(2, 1), after(0, 2), after(1, 3)].into_iter()));
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..2 {
            assert!(whole.as_mut().poll(&mut context).is_pending());
        }
        let found = whole.as_mut().poll(&mut context);
        assert_eq!(found, Poll::Ready(vec![1, 2, 3]));
    }
}
