/** The data of a NetBackup domain. All times are epoch seconds in UTC; TRAP-2's shift is applied on sending. */

/** A job (NOT-2); text fields as NBWSS spells them. */
export interface Job {
  readonly jobId: number;
  /** Equal to `jobId` at the root. */
  readonly parentJobId: number;
  readonly jobType: string;
  readonly policyName: string;
  readonly policyType: string;
  readonly scheduleType: string;
  readonly clientName: string;
  readonly startTime: number;
  state: string;
  /** Exit status; meaningful only when DONE. */
  status: number;
  endTime?: number;
  lastUpdateTime: number;
  kilobytes: number;
  /** The protected asset, if it is not the client (a virtual machine, a database). */
  readonly assetName?: string;
}

export interface Image {
  /** `client_epoch`. */
  readonly backupId: string;
  readonly clientName: string;
  readonly clientType: string;
  readonly backupTime: number;
  readonly createdTime: number;
  readonly policyName: string;
  readonly scheduleType: string;
  readonly kilobytes: number;
  expiration: number;
  copies: number;
}
