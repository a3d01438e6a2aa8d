/** The open files of the process with the clients, the local cloud and its balancer: two for a domain at API Gateway, three at the relay. */
const SOCKETS = 5;
/** For everything else, and for connections that end while new ones begin. */
const OTHERS = 1_000;

/** How many domains the limit on open files allows. Node.js raises its soft limit to the hard one when it starts. */
export const maxDomains = (): number => {
  const { userLimits } = process.report.getReport() as unknown as {
    userLimits?: { open_files?: { soft: number | string } };
  };
  const soft = Number(userLimits?.open_files?.soft ?? Number.POSITIVE_INFINITY);
  // "unlimited" is not a number.
  return Number.isNaN(soft) ? Number.POSITIVE_INFINITY : Math.max(100, Math.floor((soft - OTHERS) / SOCKETS));
};
