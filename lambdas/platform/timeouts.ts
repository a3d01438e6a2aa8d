/** The time-outs of a client of the SDK. Most calls take milliseconds. */
export const timeouts = (requestTimeout = 3_000) => ({
  connectionTimeout: 1_000,
  requestTimeout,
  throwOnRequestTimeout: true,
});
