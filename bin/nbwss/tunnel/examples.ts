/** How common clients reach the tunnel: command lines that work as they are printed. Pure. */

/** One word of a shell's command line. */
const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** `NAME=value ` before a command: clients that exist already need no other change. */
const setting = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `${name}=${word(value)} `;

/**
 * Each with a call that needs no credential of NetBackup's.
 * @param tunnelUrl `https://127.0.0.1:1556`
 * @param caFile undefined without TLS
 */
export const exampleLines = (tunnelUrl: string, caFile: string | undefined): string[] => {
  const url = `${tunnelUrl}/netbackup/ping`;
  const { protocol, hostname, port } = new URL(tunnelUrl);
  const host = hostname.replace(/^\[|\]$/g, '');
  const scheme = protocol.replace(':', '');
  const uri = { url, ...(caFile === undefined ? {} : { ca_path: caFile }), return_content: true };
  const exporter = `nbuserver: {scheme: ${scheme}, host: "${host}", port: "${port || (scheme === 'https' ? 443 : 80)}", uri: /netbackup, apiKey: "<NetBackup API key>"}`;
  return [
    `curl     curl ${caFile === undefined ? '' : `--cacert ${word(caFile)} `}${word(url)}`,
    `Python   ${setting('REQUESTS_CA_BUNDLE', caFile)}python3 -c ${word(`import requests; print(requests.get("${url}").text)`)}`,
    `Perl     ${setting('PERL_LWP_SSL_CA_FILE', caFile)}perl -MLWP::UserAgent -e ${word(`print LWP::UserAgent->new->get("${url}")->content`)}`,
    `Node     ${setting('NODE_EXTRA_CA_CERTS', caFile)}node -e ${word(`fetch("${url}").then((a) => a.text()).then(console.log)`)}`,
    `Ansible  ansible localhost -m ansible.builtin.uri -a ${word(JSON.stringify(uri))}`,
    `nbu_exporter, config.yaml: ${exporter}`,
    ...(caFile === undefined ? [] : [`nbu_exporter, started with: SSL_CERT_FILE=${word(caFile)}`]),
  ];
};
