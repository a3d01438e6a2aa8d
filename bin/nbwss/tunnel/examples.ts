/** Example command lines for common clients. They work as printed. Pure. */

/** Quotes an argument for a POSIX shell. */
const quote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** `NAME=value ` in front of a command. */
const variable = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `${name}=${quote(value)} `;

/**
 * Each calls `/ping`, which needs no NetBackup credential.
 * @param tunnelUrl `https://127.0.0.1:1556`
 * @param caFile undefined without TLS
 */
export const exampleLines = (tunnelUrl: string, caFile: string | undefined): string[] => {
  const url = `${tunnelUrl}/netbackup/ping`;
  const { protocol, hostname, port } = new URL(tunnelUrl);
  const host = hostname.replace(/^\[|\]$/g, '');
  const scheme = protocol.replace(':', '');
  const uri = { url, ca_path: caFile, return_content: true };
  const exporter = `nbuserver: {scheme: ${scheme}, host: "${host}", port: "${port || (scheme === 'https' ? 443 : 80)}", uri: /netbackup, apiKey: "<NetBackup API key>"}`;
  return [
    `curl     curl ${caFile === undefined ? '' : `--cacert ${quote(caFile)} `}${quote(url)}`,
    `Python   ${variable('REQUESTS_CA_BUNDLE', caFile)}python3 -c ${quote(`import requests; print(requests.get("${url}").text)`)}`,
    `Perl     ${variable('PERL_LWP_SSL_CA_FILE', caFile)}perl -MLWP::UserAgent -e ${quote(`print LWP::UserAgent->new->get("${url}")->content`)}`,
    `Node     ${variable('NODE_EXTRA_CA_CERTS', caFile)}node -e ${quote(`fetch("${url}").then((a) => a.text()).then(console.log)`)}`,
    `Ansible  ansible localhost -m ansible.builtin.uri -a ${quote(JSON.stringify(uri))}`,
    `nbu_exporter, config.yaml: ${exporter}`,
    ...(caFile === undefined ? [] : [`nbu_exporter, started with: SSL_CERT_FILE=${quote(caFile)}`]),
  ];
};
