import { ConfigError, readConfig } from '../../lib/config.ts';

/** Why a configuration is refused. */
export const problem = (context: Record<string, unknown>): string => {
  try {
    readConfig(context);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('The configuration was accepted.');
};
