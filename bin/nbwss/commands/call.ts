/** `nbwss call`: one call of NetBackup's REST API, through the connection of the domain. */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { type Command, InvalidArgumentError } from 'commander';
import { indentedJson } from '../../../lambdas/platform/json-text.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { isMethod, METHODS } from '../../../lambdas/protocol/methods.ts';
import { toStdout, warnLine } from '../../../netbackup/terminal.ts';
import { type ApiOptions, accountOf, withAccount } from '../account.ts';
import { followLocation } from '../answer-location.ts';
import { apiError, fetchFromServer } from '../api-client.ts';
import { writeSecret } from '../secret-file.ts';
import { readSecret } from '../secret-input.ts';

const PREFIX = '/netbackup/';

const methodOf = (text: string): string => {
  const method = text.toUpperCase();
  if (!isMethod(method)) throw new InvalidArgumentError(`Methods are ${METHODS.join(', ')}.`);
  return method;
};
/** A dot segment, which fetch would resolve. */
const STEP = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/** Refuses what fetch would cut or resolve: the call would reach another resource, or another part of the API. */
const pathOf = (text: string): string => {
  if (!text.startsWith(PREFIX)) throw new InvalidArgumentError(`Give a path such as ${PREFIX}admin/jobs.`);
  if (/[#\t\r\n]/.test(text)) throw new InvalidArgumentError('Write # as %23, and no line breaks or tabs.');
  const [path = ''] = text.split('?', 1);
  // Otherwise DOMAIN\user would become two segments.
  if (path.includes('\\')) throw new InvalidArgumentError('Write \\ as %5C.');
  if (STEP.test(path)) throw new InvalidArgumentError('"." and ".." between slashes are not allowed.');
  return text;
};

interface CallOptions extends ApiOptions {
  readonly data?: string;
  readonly dataFile?: string;
  readonly authorizationFile?: string;
  readonly out?: string;
}

/** The body as bytes: fetch would call a text `text/plain`. Without a media type the deployment adds NetBackup's (CMD-3). */
const bodyOf = async ({ data, dataFile }: CallOptions): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  if (data !== undefined && dataFile !== undefined) throw new Error('Give --data or --data-file, not both.');
  if (data !== undefined) return new Uint8Array(Buffer.from(data));
  if (dataFile === undefined) return undefined;
  const bytes = dataFile === '-' ? buffer(process.stdin) : readFile(dataFile);
  return bytes.then(
    (read) => new Uint8Array(read),
    (error: NodeJS.ErrnoException) => {
      throw new Error(`${dataFile} cannot be read (${error.code}).`);
    },
  );
};

/** Our key in `Authorization` if the group's stored NetBackup key is used; otherwise NetBackup's credential beside our key. */
const credentials = async (
  key: string,
  { authorizationFile: file }: CallOptions,
): Promise<Record<string, string>> =>
  file === undefined
    ? { authorization: key }
    : { 'x-api-key': key, authorization: await readSecret(file, 'NetBackup token or API key') };

/** JSON is formatted; other text is shown as it is. */
const show = (text: string): void => {
  const shown = indentedJson(text) ?? text;
  toStdout(shown.endsWith('\n') ? shown : `${shown}\n`);
};

/** A second read of standard input would return nothing, and the call would have no body. */
const checkInputs = ({ keyFile, dataFile, authorizationFile }: CallOptions): void => {
  if ([keyFile, dataFile, authorizationFile].filter((file) => file === '-').length > 1)
    throw new Error('Standard input can be read once. Give a file to all but one of the options with -.');
};

const call = async (groupId: string, method: string, path: string, options: CallOptions): Promise<void> => {
  checkInputs(options);
  const { url, key } = await accountOf(options);
  const body = await bodyOf(options);
  if (body !== undefined && ['GET', 'HEAD'].includes(method))
    throw new Error(`A ${method} has no body: leave out --data and --data-file, or use another method.`);
  const headers = await credentials(key, options);
  const target = `${url}/v1/groups/${encodeURIComponent(groupId)}${path}`;
  const response = await followLocation(
    await fetchFromServer(target, {
      method,
      headers,
      redirect: 'manual',
      ...omitUndefined({ body }),
    }),
  );
  const text = await response.text();
  if (!response.ok && response.headers.get('content-type')?.startsWith('application/problem+json'))
    throw apiError(response.status, text);
  if (options.out !== undefined) await writeSecret(options.out, text);
  else if (text !== '') show(text);
  if (response.ok) return;
  process.exitCode = 1;
  const commandId = response.headers.get('x-nbwss-command-id') ?? 'no command';
  warnLine(`NetBackup answered ${response.status} (${commandId}).`);
};

/** Adds `nbwss call`. */
export const registerCall = (program: Command): void => {
  withAccount(
    program.command('call').description("call NetBackup's REST API through the connection of a domain"),
  )
    .argument('<group>')
    .argument('<method>', METHODS.join(', '), methodOf)
    .argument('<path>', 'path and query, such as /netbackup/admin/jobs?page[limit]=5', pathOf)
    .option('--data <text>', 'body of the request')
    .option('--data-file <file>', 'file with the body, - for standard input')
    .option(
      '--authorization-file <file>',
      "file with NetBackup's token or API key, - for standard input; default: the key that is stored for the group",
    )
    .option('--out <file>', 'write the body of the response to a file')
    .action(call);
};
