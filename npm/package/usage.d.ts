// Validation and planning of usage records, and the window in which usage is accepted.

import type { ViolationCode } from "./codes.js";

/**
 * Every violation of AWS's rules in a usage document: a BatchMeterUsage or MeterUsage request
 * body, one UsageRecord, or an array of them.
 *
 * @param document JSON of at most 8 MiB (8388608 UTF-16 code units or bytes) and 500000 values
 * @throws {ConfigurationError} an option is wrong, or the document is too large
 */
export function validate(
  document: string | Uint8Array,
  options?: ValidateOptions,
): ValidationReport;

/**
 * The report of {@link validate} without its records: the quicker one where a verdict is wanted.
 * A document without a violation costs little more than reading its bytes.
 *
 * @param document JSON of at most 8 MiB (8388608 UTF-16 code units or bytes) and 500000 values
 * @throws {ConfigurationError} an option is wrong, or the document is too large
 */
export function check(document: string | Uint8Array, options?: ValidateOptions): Report;

/** The edition of AWS's rules to judge by. */
export type RulesEdition = "current" | "2024" | "2019";

export interface RulesOptions {
  /** Default `"current"`. */
  rules?: RulesEdition | undefined;
  /** The time to judge by, as a Date or in milliseconds since 1970. Default: the clock. */
  now?: Date | number | undefined;
}

export interface ValidateOptions extends RulesOptions {
  /** The product's dimensions, at most 1000 and 8192 bytes in all. Without them any dimension is accepted. */
  dimensions?: readonly string[] | undefined;
}

/** The outcome of {@link check}. */
export interface Report {
  /** `"rejected"` when at least one violation is an error. */
  verdict: "accepted" | "rejected";
  /** What the document is; `null` when it is not JSON or none of these. */
  kind: "BatchMeterUsage" | "MeterUsage" | "UsageRecord" | "UsageRecords" | null;
  /** How many records the document holds, wrong ones included. */
  recordCount: number;
  /** The violations, in the order of the text: all of them up to 10000. */
  violations: Violation[];
  /** Errors beyond those listed. */
  unlistedErrors: number;
  /** Warnings beyond those listed. */
  unlistedWarnings: number;
}

/** The outcome of {@link validate}. */
export interface ValidationReport extends Report {
  /** The records that have no error of their own. Empty when the request itself has one. */
  records: ValidRecord[];
}

/** One broken rule, at its place. */
export type Violation = ViolationDetails &
  (
    | {
        code: "repeated_record" | "conflicting_records" | "differing_allocations";
        record: number;
        /** Index of the first record of the same customer, dimension and hour. */
        firstRecord: number;
      }
    | {
        code: "mixed_identity_forms";
        record: null;
        /** Index of the first record that names its customer; the one at `pointer` has another form. */
        firstRecord: number;
      }
    | {
        code: Exclude<
          ViolationCode,
          "repeated_record" | "conflicting_records" | "differing_allocations" | "mixed_identity_forms"
        >;
        /** Index of the record it belongs to; `null` for the request itself. */
        record: number | null;
        /** Only where two records do not go together. */
        firstRecord: null;
      }
  );

export interface ViolationDetails {
  /** `"error"`: AWS rejects it. `"warning"`: AWS's documents disagree about it. */
  severity: "error" | "warning";
  /** Where it stands, as a JSON Pointer (RFC 6901). */
  pointer: string;
  /** What was found. */
  actual: string;
  /** What the rule allows. */
  limit: string;
  /** Where the rule is written. */
  source: string;
  /** A sentence for people. */
  message: string;
  /**
   * The stretch of the document: from `start` up to, not including, `end`. In UTF-16 code
   * units for a string (as `String.prototype.slice` counts), in bytes for a Uint8Array.
   */
  start: number;
  end: number;
  /** Line of `start`, from 1. */
  line: number;
  /** Column of `start`, from 1, in characters. */
  column: number;
}

/** A record that AWS's documented rules accept. */
export interface ValidRecord {
  /** Its index in the document. */
  index: number;
  /** Where it stands, as a JSON Pointer (RFC 6901). */
  pointer: string;
  identity: Identity;
  dimension: string;
  /** When the usage took place, in milliseconds since 1970. */
  timestamp: number;
  /** The start of the hour it is billed in, in milliseconds since 1970. */
  hour: number;
  /** The quantity as written: never a float. */
  quantity: string;
  /** How many allocations it has. */
  allocations: number;
}

/** Whose usage it is, in one of the three forms AWS knows. */
export type Identity =
  | {
      form: "license";
      licenseArn: string;
      customerAWSAccountId: string;
      customerIdentifier?: undefined;
      productCode?: undefined;
    }
  | {
      form: "account";
      productCode: string;
      customerAWSAccountId: string;
      licenseArn?: undefined;
      customerIdentifier?: undefined;
    }
  | {
      form: "customer";
      productCode: string;
      customerIdentifier: string;
      licenseArn?: undefined;
      customerAWSAccountId?: undefined;
    };

/**
 * The BatchMeterUsage requests in which a document's records would be sent: by product and
 * identity form, at most 25 records and less than 1 MB each.
 *
 * @param document JSON of at most 8 MiB: a BatchMeterUsage body, a UsageRecord or an array of them
 * @throws {ConfigurationError} an option is wrong, or the document is too large
 */
export function plan(document: string | Uint8Array, options?: PlanOptions): Plan;

export interface PlanOptions extends ValidateOptions {
  /** The product of records that name neither a product nor a license. */
  productCode?: string | undefined;
}

/** The outcome of {@link plan}. Records are named by their index in the document. */
export interface Plan {
  batches: PlannedBatch[];
  /** Records that differ in quantity from an earlier one of the same customer, dimension and hour. */
  conflicts: Conflict[];
  /**
   * Records with an error; all of them when the document itself has one. Text that is not JSON has
   * no records: {@link check} tells it from an empty document.
   */
  rejected: number[];
  /** Records that no request can hold, because of their allocations. */
  oversized: Oversized[];
  /** The times of usage that were accepted, in milliseconds since 1970; both ends are. */
  window: {
    from: number;
    to: number;
    /** The start of this month, where usage of the previous one is young enough to be accepted. */
    monthEnd: number | null;
  };
}

/** A record whose request alone would reach 1 MB. */
export interface Oversized {
  /** The record, and those equal to it. */
  records: number[];
  /** Bytes of a request with this record alone. */
  bytes: number;
}

/** One BatchMeterUsage request. */
export interface PlannedBatch {
  /** The request's product code; `null` for records by license. */
  productCode: string | null;
  identityForm: Identity["form"];
  /** Length of `body` in bytes. */
  bytes: number;
  /** The records it sends, one index each. */
  records: number[];
  /** Pairs of indices: the record that is sent, and an equal one that need not be. */
  coalesced: [kept: number, dropped: number][];
  /** The request body. */
  body: string;
}

/** Two records of one customer, dimension and hour that say different things. */
export interface Conflict {
  /** The record that is not sent. */
  record: number;
  /** The earlier one, which is. */
  first: number;
  /** What differs; where it is the allocations, the quantities are equal. */
  differs: "quantity" | "allocations";
  quantity: string;
  firstQuantity: string;
}

/**
 * The times of usage that would be accepted.
 *
 * @throws {ConfigurationError} an option is wrong
 */
export function rulesWindow(options?: RulesOptions): RulesWindow;

/** Times in milliseconds since 1970; both ends are accepted. */
export interface RulesWindow {
  /** The oldest usage that is accepted. */
  oldest: number;
  /** The newest usage that is accepted: a little ahead of the clock. */
  newest: number;
  /**
   * The start of this month, where usage before it is refused because the previous month is
   * closed, though it is not too old; `null` otherwise.
   */
  monthCutoff: number | null;
}
