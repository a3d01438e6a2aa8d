/** The fixture with containers, and what tests do with them from outside. */
import { readFile, writeFile } from 'node:fs/promises';
import { get, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import type { LocalCloud, LocalCloudOptions } from '../../../local/cloud.ts';
import { nameOf, set, startCloud, temporaryFolder } from './support.ts';

const SOURCE = path.resolve('test/fixtures/local-containers');
/** The port of the fixture's management server. */
const MANAGEMENT_PORT = 8081;

export type Edit = (template: Parameters<typeof set>[0]) => void;

/** The fixture with edits; `dockerfile` replaces that of its image. */
export async function containerAssembly(edit: Edit = () => {}, dockerfile?: string): Promise<string> {
  const folder = await temporaryFolder();
  const read = async (file: string) => JSON.parse(await readFile(path.join(SOURCE, file), 'utf8'));
  const template = await read('Ship.template.json');
  edit(template);
  const assets = await read('Ship.assets.json');
  assets.files.code.source.path = path.join(SOURCE, 'asset.code');
  const image = path.join(SOURCE, 'asset.image');
  assets.dockerImages['0c1d'].source.directory = dockerfile === undefined ? image : folder;
  if (dockerfile !== undefined) await writeFile(path.join(folder, 'Dockerfile'), dockerfile);
  const files = {
    'Ship.template.json': template,
    'Ship.assets.json': assets,
    'manifest.json': await read('manifest.json'),
  };
  for (const [file, content] of Object.entries(files))
    await writeFile(path.join(folder, file), JSON.stringify(content));
  return folder;
}

export const startContainers = async (
  edit?: Edit,
  options: Partial<LocalCloudOptions> = {},
): Promise<LocalCloud> =>
  startCloud({ assembly: await containerAssembly(edit), balancerName: 'ship.example.com', ...options });

/** Adds a variable of the container. */
export const variable =
  (Name: string, Value: string): Edit =>
  (template) => {
    const definition = template.Resources['Task']?.Properties as unknown as {
      ContainerDefinitions: [{ Environment: object[] }];
    };
    definition.ContainerDefinitions[0].Environment.push({ Name, Value });
  };

export const edited =
  (place: string, value: unknown): Edit =>
  (template) =>
    set(template, place, value);

/** The address of the only task, or of the one with this index. */
export const addressOf = (cloud: LocalCloud, index = 0): string => cloud.tasks.list()[index]?.address ?? '';

/** Calls a task's management server directly. */
export const manage = (
  address: string,
  place: string,
  body = '',
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what they then assert on
): Promise<any> =>
  new Promise((resolve, reject) => {
    const call = request(
      { host: address, port: MANAGEMENT_PORT, path: place, method: 'POST', agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () => resolve(JSON.parse(text)));
      },
    );
    call.once('error', reject);
    call.end(body);
  });

/** A connection to the balancer: what it has received, and how it ended. */
export class Client {
  readonly socket: Socket;
  text = '';
  /** Resolves with the code of the error, or `end`. */
  readonly ended: Promise<string>;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      this.text += chunk;
    });
    this.ended = new Promise((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.once('end', () => resolve('end'));
      socket.once('close', () => resolve('close'));
    });
  }

  static connect(cloud: LocalCloud, localAddress?: string): Client {
    const port = Number(new URL(cloud.balancerUrl).port);
    return new Client(connect({ host: '127.0.0.1', port, ...(localAddress && { localAddress }) }));
  }

  /** Resolves when the received text matches. Rejects when the connection ends before. */
  async receives(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.text)) {
      const ended = await Promise.race([
        this.ended,
        new Promise<undefined>((resolve) => this.socket.once('data', () => resolve(undefined))),
      ]);
      if (ended !== undefined && !pattern.test(this.text))
        throw new Error(`${ended} instead of ${pattern}; received: ${this.text}`);
    }
    return this.text;
  }
}

/** Lets the fixture's function call the API of the containers. */
export async function callApi(
  cloud: LocalCloud,
  call: { path: string; method?: string; body?: string; headers?: Record<string, string> },
): Promise<{ status: number; text: string; type: string | null }> {
  const result = await cloud.lambda.invoke(nameOf(cloud, 'Caller'), call);
  if (!result.ok) throw new Error(`${result.errorType}: ${result.errorMessage}`);
  return result.payload as never;
}

/** The status of a GET without credentials. */
export const statusOf = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).once('error', reject);
  });
