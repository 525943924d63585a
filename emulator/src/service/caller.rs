use std::collections::BTreeSet;

use meterproof::Timestamp;
use serde::{Deserialize, Serialize};

use crate::wire::Operation;

/// Who calls, and from where, once the signature has said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account that signs: the seller's, for `BatchMeterUsage` and `ResolveCustomer`.
    pub account: String,
    /// The account whose role the software has, for `MeterUsage` and `RegisterUsage`.
    pub buyer_account: String,
    /// The Region of the endpoint that is called: the one in the signature's scope.
    pub region: String,
    /// The Region the instance, task or pod runs in.
    pub home_region: String,
    /// What the software runs on.
    pub platform: Platform,
    /// The EC2 instance, ECS task or EKS pod.
    pub instance: String,
    /// Operations its policy does not allow.
    pub denied_operations: BTreeSet<Operation>,
}

/// What the seller's software runs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// An Amazon ECS task, on EC2 or Fargate.
    #[default]
    Ecs,
    /// An Amazon EKS pod.
    Eks,
    /// An Amazon EC2 instance.
    Ec2,
    /// Amazon Bedrock AgentCore Runtime: no hourly rule, `ClientToken` required.
    AgentCore,
    /// Anything else: `RegisterUsage` answers `PlatformNotSupportedException`.
    Other,
}

/// The circumstances of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// Who calls.
    pub caller: &'a Caller,
    /// When.
    pub now: Timestamp,
    /// Indexes of the records `BatchMeterUsage` is to leave unprocessed: an injected fault.
    pub unprocessed: BTreeSet<usize>,
}

impl<'a> Call<'a> {
    /// A call without faults.
    #[must_use]
    pub fn new(caller: &'a Caller, now: Timestamp) -> Self {
        Self { caller, now, unprocessed: BTreeSet::new() }
    }
}
