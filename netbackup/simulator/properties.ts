/** `nbwss.properties` on the primary (PRP-1 to PRP-8), durations in milliseconds. */
export interface NbwssProperties {
  /** PRP-1 `exception.ignoreDecoder`: keep the connection when a message cannot be decoded. */
  readonly ignoreDecoder: boolean;
  /** PRP-2 `notification.sendTimeout`: the timeout of one exchange. */
  readonly sendTimeoutMs: number;
  /** PRP-3 `notification.scheduledRate`: the interval of sending notifications, and of resends. */
  readonly notificationRateMs: number;
  /** PRP-4 `notification.delay`: the delay of notifications. */
  readonly notificationDelayMs: number;
  /** PRP-5 `keepAlive.scheduledRate`: the ping interval. */
  readonly pingIntervalMs: number;
  /** PRP-6 `keepAlive.maxPongMissAllowed`: missed pongs before the connection is closed. */
  readonly maxPongMissAllowed: number;
  /** PRP-7 `connectionInfo.period`: the connection run. */
  readonly connectionPeriodMs: number;
  /** PRP-8 `scheduledExecutor.threadPoolSize`: concurrent exchanges [assumed]. */
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

/** Without delays, for live use. Not NetBackup's defaults. */
export const QUICK_PROPERTIES: Partial<NbwssProperties> = {
  notificationDelayMs: 0,
  notificationRateMs: 1000,
  connectionPeriodMs: 5000,
};
