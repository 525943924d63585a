//! Where a program may end, for tests: between any two steps that write.

/// Counts the steps of a file. Without a test nothing is counted.
#[derive(Clone, Default)]
pub(super) struct Steps {
    #[cfg(feature = "conformance")]
    plan: std::sync::Arc<std::sync::Mutex<Plan>>,
}

#[cfg(feature = "conformance")]
#[derive(Default)]
struct Plan {
    point: Option<crate::conformance::CrashPoint>,
    taken: u32,
    crashed: bool,
}

#[cfg(not(feature = "conformance"))]
mod never {
    use super::super::failure::Failure;

    impl super::Steps {
        pub(in super::super) fn take<T, E: Into<Failure>>(
            &self,
            step: impl FnOnce() -> Result<T, E>,
        ) -> Result<T, Failure> {
            step().map_err(Into::into)
        }

        pub(in super::super) fn has_crashed(&self) -> bool {
            false
        }
    }
}

#[cfg(feature = "conformance")]
mod planned {
    use std::sync::{MutexGuard, PoisonError};

    use super::super::failure::Failure;
    use super::{Plan, Steps};
    use crate::conformance::{CrashPoint, Moment};

    impl Steps {
        /// Takes a step, or ends before or after it.
        pub(in super::super) fn take<T, E: Into<Failure>>(
            &self,
            step: impl FnOnce() -> Result<T, E>,
        ) -> Result<T, Failure> {
            let moment = self.plan().next();
            if moment == Some(Moment::Before) {
                return Err(self.crash());
            }
            let taken = step().map_err(Into::into)?;
            if moment == Some(Moment::After) { Err(self.crash()) } else { Ok(taken) }
        }

        pub(in super::super) fn crash_at(&self, point: CrashPoint) {
            *self.plan() = Plan { point: Some(point), ..Plan::default() };
        }

        pub(in super::super) fn has_crashed(&self) -> bool {
            self.plan().crashed
        }

        fn crash(&self) -> Failure {
            self.plan().crashed = true;
            Failure::Crashed
        }

        fn plan(&self) -> MutexGuard<'_, Plan> {
            self.plan.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    impl Plan {
        /// Counts a step, and says where in it the program ends.
        fn next(&mut self) -> Option<Moment> {
            let step = self.taken;
            self.taken = self.taken.saturating_add(1);
            self.point.filter(|point| point.step == step).map(|point| point.moment)
        }
    }
}
