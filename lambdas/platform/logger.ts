import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Named values. Never a token, an Authorization value or a message's text (I-6). */
export type Detail = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * Writes one structured line; a warning or an error is also counted as a metric. `code` is stable, lower case with dashes:
 * operators search for it.
 */
export interface Log {
  info(code: string, detail?: Detail): void;
  /** Information that is counted too: harmless now and then, a fault if it is frequent. */
  count(code: string, detail?: Detail): void;
  /** @param times how often it happened, if one line stands for several */
  warn(code: string, detail?: Detail, times?: number): void;
  error(code: string, error: unknown, detail?: Detail): void;
}

/** The name and message of an error, without the requests and responses of an SDK error. */
const errorDetail = (error: unknown): Detail =>
  error instanceof Error
    ? { errorName: error.name, errorMessage: error.message }
    : { errorMessage: String(error) };

/** @param service the function's name, a dimension of each metric. Their namespace is in POWERTOOLS_METRICS_NAMESPACE. */
export const createLog = (service: string): Log => {
  const logger = new Logger({ serviceName: service });
  const metrics = new Metrics({ serviceName: service });
  const count = (code: string, times = 1) => {
    const metric = metrics.singleMetric();
    metric.addDimension('code', code);
    metric.addMetric('Occurrences', MetricUnit.Count, times);
  };
  return {
    info: (code, detail = {}) => {
      logger.info(code, { code, ...detail });
    },
    count: (code, detail = {}) => {
      logger.info(code, { code, ...detail });
      count(code, 1);
    },
    warn: (code, detail = {}, times = 1) => {
      logger.warn(code, { code, ...detail });
      count(code, times);
    },
    error: (code, error, detail = {}) => {
      logger.error(code, { code, ...detail, ...errorDetail(error) });
      count(code);
    },
  };
};
