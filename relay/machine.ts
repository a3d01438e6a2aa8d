import { readFileSync } from 'node:fs';
import { networkInterfaces, totalmem } from 'node:os';
import * as z from 'zod/mini';
import { SettingsError } from './settings.ts';

/** The relay's data on the machine, container or task that it runs in. */
export interface Machine {
  /** The relay's own IPv4 address. */
  readonly address: string;
  readonly memoryMb: number;
  /** How many files the process may have open. */
  readonly files: number;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-response.html */
const taskMetadata = z.object({
  Limits: z.optional(z.object({ Memory: z.optional(z.number()) })),
  Containers: z.array(
    z.object({
      Networks: z.optional(z.array(z.object({ IPv4Addresses: z.optional(z.array(z.string())) }))),
    }),
  ),
});

interface Sources {
  readonly interfaces: typeof networkInterfaces;
  /** Bytes. */
  readonly memory: () => number;
  readonly files: () => number;
}

/**
 * Takes the address from the setting, else from the task's metadata, else from the first network interface that is neither
 * internal nor link-local.
 * @throws SettingsError if there is none
 */
export async function thisMachine(
  settings: { readonly address: string | undefined; readonly metadataUrl: string | undefined },
  { interfaces, memory, files }: Sources = {
    interfaces: networkInterfaces,
    memory: availableMemory,
    files: openFiles,
  },
): Promise<Machine> {
  const task = settings.metadataUrl === undefined ? undefined : await metadataOf(settings.metadataUrl);
  const address = settings.address ?? taskAddress(task) ?? interfaceAddress(interfaces());
  if (address === undefined)
    throw new SettingsError(
      'No IPv4 address was found, and the environment variable RELAY_ADDRESS is not set.',
    );
  // Fargate limits the task, and the container does not see that as its own limit.
  return { address, memoryMb: task?.Limits?.Memory ?? Math.floor(memory() / 2 ** 20), files: files() };
}

type TaskMetadata = z.infer<typeof taskMetadata>;

/** Undefined if the endpoint does not answer in time or as documented: there are other sources for the same data. */
async function metadataOf(url: string): Promise<TaskMetadata | undefined> {
  try {
    const response = await fetch(`${url}/task`, { signal: AbortSignal.timeout(5_000) });
    return taskMetadata.parse(await response.json());
  } catch {
    return undefined;
  }
}

/** All containers of a task share one network interface. */
const taskAddress = (task: TaskMetadata | undefined): string | undefined =>
  task?.Containers.flatMap(({ Networks = [] }) =>
    Networks.flatMap(({ IPv4Addresses = [] }) => IPv4Addresses),
  )[0];

const interfaceAddress = (interfaces: ReturnType<typeof networkInterfaces>): string | undefined =>
  Object.values(interfaces)
    .flatMap((addresses = []) => addresses)
    .find(
      ({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'),
    )?.address;

/** The limit of the container (cgroup), or the memory of the machine. */
function availableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

/** The limit of the process, which Node.js has raised to its maximum. Fargate's is 65 535. No limit where there is no /proc. */
function openFiles(): number {
  try {
    const [, limit] = /^Max open files +(\d+) /m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
