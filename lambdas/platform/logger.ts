import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Named facts about what happened. Never a token, an Authorization value or a message's text (I-6). */
export type Detail = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * One structured line and one counted metric for each thing worth knowing; `code` is stable, lower case with dashes, and
 * what an operator searches for.
 */
export interface Log {
  info(code: string, detail?: Detail): void;
  warn(code: string, detail?: Detail): void;
  error(code: string, error: unknown, detail?: Detail): void;
}

/** The name and message of an error, without what an SDK error carries besides (requests, responses). */
const describe = (error: unknown): Detail =>
  error instanceof Error
    ? { errorName: error.name, errorMessage: error.message }
    : { errorMessage: String(error) };

/** @param service the function's name, a dimension of each metric; their namespace is the deployment's (POWERTOOLS_METRICS_NAMESPACE) */
export const createLog = (service: string): Log => {
  const logger = new Logger({ serviceName: service });
  const metrics = new Metrics({ serviceName: service });
  const count = (code: string) => {
    const metric = metrics.singleMetric();
    metric.addDimension('code', code);
    metric.addMetric('Occurrences', MetricUnit.Count, 1);
  };
  return {
    info: (code, detail = {}) => {
      logger.info(code, { code, ...detail });
    },
    warn: (code, detail = {}) => {
      logger.warn(code, { code, ...detail });
      count(code);
    },
    error: (code, error, detail = {}) => {
      logger.error(code, { code, ...detail, ...describe(error) });
      count(code);
    },
  };
};
