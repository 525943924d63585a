// While the product code or the public key is not given yet, these stand in for them, so that the other
// checks can already be made. The checks that compare them are shown as waiting, never as passed or failed.

export const PRODUCT_CODE = "0000000000000000000000000";

/** A public key nobody signs with: its private half was never written down. */
export const PUBLIC_KEY = JSON.stringify({ kty: "RSA", e: "AQAB", n: [
  "r1uwGH6zSQN8C7wIzsYQAFIhLKbnnv7UD1x8kx3ALzy32Tx5yWTFoNiG3VT3Jm9OJjC9pQvrk4FXHL4qd0eExN",
  "_F0x7qSMKVUtzK4f3RCjCCcMNxvaujkKHVMSoR__tP5M4YS3TKxExwZjXGPRckpwtPyTK_ZzFFLHzSRxjOicfs",
  "bpLVTkZMEZRAMQvcKi98ikefhLh6hzsp3G3hvMbCr-MhPFYMmNfOuSta2VWujQyi6KmKthF4GtsXWOxXa8uS3u",
  "TUOMZRKtc24INUHRaNzvHACSYQjSfpodyD-7-xsTwNENnm_kPAJni7edEVWj7oS6eMxnsK315C-H98GKuGsQ",
].join("") });
