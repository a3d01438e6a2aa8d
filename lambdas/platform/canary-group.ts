/** The group of the canary, which plays a NetBackup domain. People see it only if they ask for it by its id. */
export const CANARY_GROUP = 'nbwss-canary';
