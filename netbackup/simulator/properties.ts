/** `nbwss.properties` on the primary (PRP-1 to PRP-8), durations in milliseconds. */
export interface NbwssProperties {
  /** PRP-1 `exception.ignoreDecoder`: keep the connection when a message cannot be decoded. */
  readonly ignoreDecoder: boolean;
  /** PRP-2 `notification.sendTimeout`: how long one exchange may take. */
  readonly sendTimeoutMs: number;
  /** PRP-3 `notification.scheduledRate`: how often notifications are looked for, and the wait before a resend. */
  readonly notificationRateMs: number;
  /** PRP-4 `notification.delay`: how long notifications are held back. */
  readonly notificationDelayMs: number;
  /** PRP-5 `keepAlive.scheduledRate`: the ping interval. */
  readonly pingIntervalMs: number;
  /** PRP-6 `keepAlive.maxPongMissAllowed`: missed pongs before the connection is closed. */
  readonly maxPongMissAllowed: number;
  /** PRP-7 `connectionInfo.period`: the connection run. */
  readonly connectionPeriodMs: number;
  /** PRP-8 `scheduledExecutor.threadPoolSize`: exchanges that run at the same time [assumed]. */
  readonly threads: number;
}

/** The guide's defaults. */
export const DEFAULT_PROPERTIES: NbwssProperties = {
  ignoreDecoder: false,
  sendTimeoutMs: 2000,
  notificationRateMs: 5000,
  notificationDelayMs: 30_000,
  pingIntervalMs: 30_000,
  maxPongMissAllowed: 10,
  connectionPeriodMs: 60_000,
  threads: 1,
};

/** For people who watch: nothing is held back, looks every second. Not what NetBackup does by itself. */
export const QUICK_PROPERTIES: Partial<NbwssProperties> = {
  notificationDelayMs: 0,
  notificationRateMs: 1000,
  connectionPeriodMs: 5000,
};
