//! Carving.

use crate::script::{Script, Steps};

impl Script {
    pub(crate) fn bring_after(&mut self, _steps: &mut Steps) {}

    pub(crate) fn carry(&mut self, _paragraph: usize, _steps: &mut Steps) -> bool {
        false
    }
}
