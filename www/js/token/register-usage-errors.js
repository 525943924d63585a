// RegisterUsage's errors, as the service's model names them (2016-01-14), in the order in which one meets them.

/** Name, what it means, what to do, and whether the same call can succeed later. */
export const REGISTER_USAGE_ERRORS = [
  {
    name: "CustomerNotEntitledException",
    means: "The account that runs the container has no subscription to this product.",
    act: "End the container. Let the buyer subscribe, and check that the task runs in the subscribed account.",
    again: false,
  },
  {
    name: "InvalidProductCodeException",
    means: "The product code of the call is not the one that the image was published under.",
    act: "Take the code from the product's page; the product ID (prod-…) is something else.",
    again: false,
  },
  {
    name: "InvalidPublicKeyVersionException",
    means: "The product has no public key of that version.",
    act: "Send the version that stands beside the key, as a number; mostly 1.",
    again: false,
  },
  {
    name: "InvalidRegionException",
    means: "The call went to another region than the one the task was started in.",
    act: "Name no region in the code; let the SDK take it from the task's environment.",
    again: false,
  },
  {
    name: "PlatformNotSupportedException",
    means: "The container does not run on Amazon ECS, EKS or Fargate, or on one that AWS cannot recognise.",
    act: "End the container. On a machine of your own, test against an emulator instead.",
    again: false,
  },
  {
    name: "DisabledApiException",
    means: "RegisterUsage is not offered in this region.",
    act: "Start the task in a region that has it, and leave the others out of the product's regions.",
    again: false,
  },
  {
    name: "ThrottlingException",
    means: "The account's quota of calls in this region is used up: five a second.",
    act: "Wait, longer each time and with some chance in it, and call again.",
    again: true,
  },
  {
    name: "InternalServiceErrorException",
    means: "Something failed at AWS.",
    act: "Call again a few times with growing waits. If it goes on, end the container and ask AWS.",
    again: true,
  },
];
