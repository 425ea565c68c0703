import { once } from "node:events";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import path from "node:path";
import { UserError } from "../common/errors.ts";
import { node } from "../scripts/root.ts";
import { assert, repo, run, suite, tempDir, tool } from "../test/harness.ts";
import { parseChallenge } from "./auth.ts";
import { type Credentials, findCredentials } from "./credentials.ts";
import { resolveImage } from "./images.ts";
import { pullImage } from "./pull.ts";
import { parseReference } from "./reference.ts";
import { openStore } from "./store.ts";
import { fakeRegistry, sendBlob } from "./testing/fake-registry.ts";
import { makeImage, type TestImage } from "./testing/image.ts";

const test = suite("registry authentication");

const PASSWORD = "s3cret-pass:word";
const newStore = () => openStore(path.join(tempDir(), "images"));
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Nobody's credentials but the test's own. */
function putFiles(files: { docker?: unknown; podman?: unknown; run?: unknown; config?: unknown }): string {
  const folder = tempDir();
  const write = (name: string, content: unknown) => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    if (content !== undefined)
      writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  write("docker/config.json", files.docker);
  write("run/containers/auth.json", files.run);
  write("config/containers/auth.json", files.config);
  const podman = write("podman.json", files.podman);
  process.env.DOCKER_CONFIG = path.join(folder, "docker");
  process.env.XDG_RUNTIME_DIR = path.join(folder, "run");
  process.env.XDG_CONFIG_HOME = path.join(folder, "config");
  if (files.podman === undefined) delete process.env.REGISTRY_AUTH_FILE;
  else process.env.REGISTRY_AUTH_FILE = podman;
  return folder;
}

const find = (name: string) => findCredentials(parseReference(name));
const me = (username: string): Credentials => ({ username, password: PASSWORD });
const auth = (username: string) => ({ auth: base64(`${username}:${PASSWORD}`) });

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => undefined,
    (thrown) => thrown,
  );
  assert.instance(error, UserError, `${(error as Error)?.stack}`);
  return error as UserError;
}

test("what docker login and podman login have written is found", async () => {
  putFiles({
    docker: {
      auths: {
        "https://index.docker.io/v1/": auth("hub"),
        "quay.io": { username: "quay", password: PASSWORD },
        "https://old.example/v2/": auth("old"),
        "token.example": { auth: base64("x:"), identitytoken: "identity" },
        "empty.example": {},
      },
    },
  });
  assert.equal(await find("alpine"), me("hub"));
  assert.equal(await find("team/app"), me("hub"));
  assert.equal(await find("quay.io/a/b"), me("quay"));
  assert.equal(await find("old.example/a"), me("old"));
  assert.equal(await find("token.example/a"), { identityToken: "identity" });
  for (const name of ["empty.example/a", "other.example/a", "quay.io:5000/a", "localhost/quay.io"])
    assert.is(await find(name), undefined, name);

  putFiles({
    run: { auths: { "docker.io": auth("podman"), "quay.io/team": auth("team"), "quay.io": auth("all") } },
    config: { auths: { "config.example": auth("config") } },
    docker: { auths: { "https://index.docker.io/v1/": auth("docker"), "only.example": auth("docker") } },
  });
  assert.equal(await find("alpine"), me("podman"), "podman's comes first");
  assert.equal(await find("quay.io/team/app"), me("team"), "the narrowest");
  assert.equal(await find("quay.io/other/app"), me("all"));
  assert.equal(await find("config.example/a"), me("config"));
  assert.equal(await find("only.example/a"), me("docker"));

  putFiles({ podman: { auths: { "quay.io": auth("file") } }, run: { auths: { "quay.io": auth("run") } } });
  assert.equal(await find("quay.io/a"), me("file"), "REGISTRY_AUTH_FILE stands for podman's others");
  putFiles({});
  assert.is(await find("alpine"), undefined);
});

test("a helper is asked as Docker asks it", async () => {
  const folder = putFiles({
    docker: {
      credsStore: "test-store",
      credHelpers: { "quay.io": "test-helper" },
      auths: { "plain.example": auth("plain") },
    },
  });
  const helper = (name: string, script: string) => {
    writeFileSync(path.join(folder, `docker-credential-${name}`), `#!/bin/sh\nread server\n${script}\n`);
    chmodSync(path.join(folder, `docker-credential-${name}`), 0o755);
  };
  helper(
    "test-helper",
    `[ "$*" = get ] && printf '{"ServerURL":"%s","Username":"%s","Secret":"${PASSWORD}"}' "$server" "$server"`,
  );
  helper(
    "test-store",
    `case "$server" in
      https://index.docker.io/v1/) printf '{"Username":"<token>","Secret":"identity"}';;
      broken.example) echo ${PASSWORD}; exit 1;;
      odd.example) echo '{"Secret": 5, "Other": "${PASSWORD}"}';;
      *) echo credentials not found in native keychain; exit 1;;
    esac`,
  );
  const before = process.env.PATH;
  process.env.PATH = `${folder}:${before}`;
  try {
    assert.equal(await find("quay.io/a"), me("quay.io"));
    assert.equal(await find("alpine"), { identityToken: "identity" });
    assert.equal(await find("plain.example/a"), me("plain"), "what the helper doesn't know, the file may");
    assert.is(await find("none.example/a"), undefined);
    for (const [name, message] of [
      ["broken.example/a", /^docker-credential-test-store get: it failed with status 1$/],
      ["odd.example/a", /^docker-credential-test-store get: its answer isn't as specified$/],
    ] as const) {
      const error = await failure(find(name));
      assert.match(error.message, message);
      assert.not.match(`${error.stack} ${error.hint}`, PASSWORD);
    }
    putFiles({ docker: { credsStore: "no-such" } });
    assert.match((await failure(find("alpine"))).message, /^docker-credential-no-such: ENOENT$/);
    putFiles({ docker: { credsStore: "../../bin/sh" } });
    assert.match((await failure(find("alpine"))).message, /not the name of a credential helper/);
  } finally {
    process.env.PATH = before;
  }
});

test("a file that isn't as it should be is an error that doesn't print what is in it", async () => {
  for (const content of [`{"auths": {"x": "${PASSWORD}"}}`, `{"auths": ["${PASSWORD}"]}`, `{${PASSWORD}`]) {
    const folder = putFiles({ docker: content });
    const error = await failure(find("alpine"));
    assert.match(error.message, `${folder}/docker/config.json: `);
    assert.not.match(`${error.stack} ${error.hint}`, PASSWORD);
  }
});

test("challenges are read whatever their form", () => {
  const realm = "https://auth.example/token";
  const read = (header: string) => parseChallenge(header);
  assert.equal(read(`Bearer realm="${realm}",service="s",scope="repository:a:pull,push"`), {
    scheme: "bearer",
    parameters: { realm, service: "s", scope: "repository:a:pull,push" },
  });
  assert.is(read(`bearer Realm="${realm}", service=s`)?.parameters.service, "s");
  assert.equal(read('Basic realm="x"'), { scheme: "basic", parameters: { realm: "x" } });
  assert.is(read(`Basic realm="x", Bearer realm="${realm}"`)?.parameters.realm, realm);
  assert.is(read("Negotiate abc"), undefined);
  assert.is(read(""), undefined);
});

interface TokenRegistry {
  readonly host: string;
  /** What the registry, and the token server, were told who asks. */
  readonly told: string[];
  readonly tokens: string[];
  close(): Promise<void>;
}

/** A registry that wants a token for every `uses` requests, and a token server on another port. */
async function tokenRegistry(image: TestImage, uses = Number.POSITIVE_INFINITY): Promise<TokenRegistry> {
  const [told, tokens]: [string[], string[]] = [[], []];
  const left = new Map<string, number>();
  const issue = async (request: IncomingMessage, response: ServerResponse) => {
    const body = (await request.setEncoding("utf8").toArray()).join("");
    tokens.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""} ${body}`.trim());
    const token = `token-${tokens.length}`;
    left.set(`Bearer ${token}`, uses);
    response.end(JSON.stringify({ token }));
    return true;
  };
  const server = await fakeRegistry({}, issue);
  const registry = await fakeRegistry(
    { manifests: { latest: image.manifest }, blobs: image.blobs },
    (request, response) => {
      const header = request.headers.authorization ?? "";
      told.push(header);
      const more = left.get(header) ?? 0;
      left.set(header, more - 1);
      if (more > 0) return false;
      const challenge = `Bearer realm="http://${server.host}/token?a=b",service="test service"`;
      response.writeHead(401, { "www-authenticate": challenge }).end();
      return true;
    },
  );
  const close = async () => {
    await registry.close();
    await server.close();
  };
  return { host: registry.host, told, tokens, close };
}

test("a token for whom nobody knows, for a name and a password, and by an identity token", async () => {
  const image = await makeImage();
  const cases: readonly (readonly [object, RegExp])[] = [
    [{}, /^GET \/token\?a=b&service=test\+service&scope=repository%3Ateam%2Fx%3Apull$/],
    [auth("me"), new RegExp(`^GET /token\\?\\S+ Basic ${base64(`me:${PASSWORD}`)}$`)],
    [
      { identitytoken: "identity" },
      /^POST \/token\?a=b +service=test\+service&scope=\S+&grant_type=refresh_token&refresh_token=identity&client_id=ft-docker$/,
    ],
  ];
  for (const [entry, expected] of cases) {
    const registry = await tokenRegistry(image);
    putFiles({ docker: { auths: { [registry.host]: entry } } });
    const store = newStore();
    await pullImage(store, parseReference(`${registry.host}/team/x`), { quiet: true });
    assert.is(resolveImage(store, `${registry.host}/team/x`).id, image.config.digest);
    assert.is(registry.tokens.length, 1);
    assert.match(registry.tokens[0] ?? "", expected);
    assert.ok(
      registry.told.every((header) => ["", "Bearer token-1"].includes(header)),
      "the registry sees no password",
    );
    await registry.close();
  }
});

test("a token that has expired in the middle of a pull is renewed", async () => {
  const image = await makeImage([1, 2, 3, 4, 5]);
  const registry = await tokenRegistry(image, 2);
  putFiles({});
  const store = newStore();
  await pullImage(store, parseReference(`${registry.host}/x`), { quiet: true });
  assert.ok(registry.tokens.length >= 3, `${registry.tokens.length} tokens`);
  await registry.close();
});

test("who isn't let in is told so, without the password", async () => {
  const image = await makeImage();
  for (const answer of [401, 403]) {
    const registry = await fakeRegistry({ manifests: { latest: image.manifest } }, (_request, response) => {
      response
        .writeHead(answer, { "www-authenticate": 'Basic realm="x"' })
        .end('{"errors":[{"message":"no"}]}');
      return true;
    });
    for (const entry of [{}, auth("me")]) {
      putFiles({ docker: { auths: { [registry.host]: entry } } });
      const error = await failure(
        pullImage(newStore(), parseReference(`${registry.host}/x`), { quiet: true }),
      );
      assert.match(error.message, /access denied: /);
      assert.match(error.hint ?? "", /docker login/);
      assert.not.match(`${error.stack} ${error.hint}`, new RegExp(`${PASSWORD}|${base64(`me:${PASSWORD}`)}`));
    }
    await registry.close();
  }
});

test("a token server is asked over https, unless the registry itself isn't", async () => {
  const registry = await fakeRegistry({}, (_request, response) => {
    response.writeHead(401, { "www-authenticate": 'Bearer realm="file:///etc/passwd"' }).end();
    return true;
  });
  putFiles({ docker: { auths: { [registry.host]: auth("me") } } });
  const error = await failure(pullImage(newStore(), parseReference(`${registry.host}/x`), { quiet: true }));
  assert.match(error.message, /"file:\/\/\/etc\/passwd" isn't a token server's https address$/);
  await registry.close();
});

test("credentials and tokens don't follow a redirect to another host, nor to another port", async () => {
  const image = await makeImage([5000]);
  const seen: IncomingMessage["headers"][] = [];
  const elsewhere = await fakeRegistry({ blobs: image.blobs }, (request) => {
    seen.push(request.headers);
    return false;
  });
  const basic = `Basic ${base64(`me:${PASSWORD}`)}`;
  const registry = await fakeRegistry({ manifests: { latest: image.manifest } }, (request, response) => {
    if (request.headers.authorization !== basic)
      response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
    else if (request.url?.includes("/blobs/"))
      response
        .writeHead(307, { location: `http://${elsewhere.host}/blobs/${path.basename(request.url)}` })
        .end();
    else return false;
    return true;
  });
  putFiles({ docker: { auths: { [registry.host]: auth("me"), [elsewhere.host]: auth("other") } } });
  const store = newStore();
  await pullImage(store, parseReference(`${registry.host}/x`), { quiet: true });
  assert.is(resolveImage(store, `${registry.host}/x`).id, image.config.digest);
  assert.is(seen.length, 2);
  for (const headers of seen) assert.not.match(JSON.stringify(headers), /authorization|Basic/i);
  await registry.close();
  await elsewhere.close();
});

test("an identity token is posted to the token server, and to no place that it redirects to", async () => {
  const elsewhere = await fakeRegistry({});
  const registry = await fakeRegistry({}, (request, response) => {
    const realm = `http://${registry.host}/token`;
    if (request.url === "/token") response.writeHead(307, { location: `http://${elsewhere.host}/` }).end();
    else response.writeHead(401, { "www-authenticate": `Bearer realm="${realm}"` }).end();
    return true;
  });
  putFiles({ docker: { auths: { [registry.host]: { identitytoken: "identity" } } } });
  const error = await failure(pullImage(newStore(), parseReference(`${registry.host}/x`), { quiet: true }));
  assert.match(error.message, /gives no token: status 307$/);
  assert.is(elsewhere.requests.length, 0);
  await registry.close();
  await elsewhere.close();
});

test("redirects that go round, or lead to something else than http, end", async () => {
  for (const [location, message] of [
    ["/v2/x/manifests/latest", /more than 5 redirects/],
    ["file:///etc/passwd", /redirects to something else/],
    ["http://[", /redirects to something else/],
  ] as const) {
    const registry = await fakeRegistry({}, (_request, response) => {
      response.writeHead(302, { location }).end();
      return true;
    });
    putFiles({});
    assert.match(
      (await failure(pullImage(newStore(), parseReference(`${registry.host}/x`), { quiet: true }))).message,
      message,
    );
    await registry.close();
  }
});

test(
  "a mirror is asked first for Docker Hub's images; a registry that isn't encrypted or trusted needs --insecure",
  [tool("openssl")],
  async () => {
    putFiles({});
    const image = await makeImage();
    const folder = tempDir();
    const [key, cert] = [path.join(folder, "key"), path.join(folder, "cert")];
    const words =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=test -days 2".split(" ");
    const { status, stderr } = await run(["openssl", ...words, "-keyout", key, "-out", cert]);
    assert.is(status, 0, stderr);
    const { readFileSync } = await import("node:fs");
    const tls = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
    const content = { manifests: { latest: image.manifest }, blobs: image.blobs };
    const [plain, encrypted] = [await fakeRegistry(content), await fakeRegistry(content, undefined, tls)];

    const store = newStore();
    await pullImage(store, parseReference("busybox"), { mirrors: [`http://${plain.host}`], quiet: true });
    assert.is(resolveImage(store, "busybox").id, image.config.digest);
    assert.is(plain.count("/v2/library/busybox/manifests/latest"), 1);

    await pullImage(store, parseReference(`${encrypted.host}/x`), { quiet: true }); // Loopback, as in Docker.
    assert.is(encrypted.count("/v2/x/manifests/latest"), 1);
    // The end of the host's name, so that it isn't Docker Hub itself that is asked then.
    const mirror = `https://${encrypted.host}/prefix`;
    await pullImage(store, parseReference("other"), { mirrors: [mirror], insecure: true, quiet: true });
    assert.is(encrypted.count("/prefix/v2/library/other/manifests/latest"), 1);

    const { findPlaces } = await import("./endpoints.ts");
    const { Repository } = await import("./registry.ts");
    const ask = async (address: string) => {
      const [place] = await findPlaces(parseReference("x"), { mirrors: [address] });
      if (!place) throw new Error("a place");
      return new Repository(place, { repository: "x" }, new AbortController().signal).manifest("latest");
    };
    assert.match(
      (await failure(ask(mirror))).message,
      /its certificate can't be trusted: DEPTH_ZERO_SELF_SIGNED_CERT/,
    );
    assert.match((await failure(ask(`https://${plain.host}`))).message, /it doesn't speak https/);
    for (const text of ["x", "ftp://x", `https://me:${PASSWORD}@x`]) {
      const error = await failure(findPlaces(parseReference("x"), { mirrors: [text] }));
      assert.match(error.message, /^--mirror/);
      assert.not.match(error.message, PASSWORD);
    }
    await plain.close();
    await encrypted.close();
  },
);

/** A server that gives the same answer to everybody; `asked` is what it was told. */
async function rawServer(answer: string): Promise<{ host: string; asked: string[]; close(): void }> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket
      .on("error", () => {})
      .once("data", (data) => {
        asked.push(`${data}`);
        socket.end(answer);
      });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close: () => server.close() };
}

test("a proxy is asked where one is named, but not for what is on this machine", async () => {
  const image = await makeImage();
  const registry = await fakeRegistry({ manifests: { latest: image.manifest }, blobs: image.blobs });
  const proxy = await rawServer("HTTP/1.1 403 Forbidden\r\n\r\n");
  const address = `http://${proxy.host}`;
  const pull = (name: string) =>
    run(node(path.join(repo, "images/testing/main.ts"), ["pull", name]), {
      env: { FT_DOCKER_HOME: tempDir(), HTTP_PROXY: address, HTTPS_PROXY: address, NO_PROXY: "" },
    });
  const { status, stderr } = await pull(`${registry.host}/x`);
  assert.is(status, 0, stderr);
  assert.equal(proxy.asked, []);
  assert.match(
    (await pull("registry.invalid/x")).stderr,
    /^error: registry\.invalid: Proxy response \(403\).*\nhint: /,
  );
  assert.match(proxy.asked[0] ?? "", /^CONNECT registry\.invalid:443 HTTP/);
  proxy.close();
  await registry.close();
});

test("what doesn't speak HTTP is told so", async () => {
  putFiles({});
  const server = await rawServer("220 mail.example ESMTP\r\n");
  const error = await failure(pullImage(newStore(), parseReference(`${server.host}/x`)));
  assert.match(error.message, /it doesn't speak HTTP$/);
  server.close();
});

test("a mirror that hasn't got it isn't the end", async () => {
  putFiles({});
  const image = await makeImage();
  const [empty, full] = [
    await fakeRegistry({}),
    await fakeRegistry({ manifests: { latest: image.manifest }, blobs: image.blobs }),
  ];
  const store = newStore();
  await pullImage(store, parseReference("x"), {
    mirrors: [`http://${empty.host}`, `http://${full.host}`],
    quiet: true,
  });
  assert.is(empty.count("manifests"), 1);
  assert.is(resolveImage(store, "x").id, image.config.digest);
  await empty.close();
  await full.close();
});

test("manifests may stand behind a redirect as well", async () => {
  putFiles({});
  const image = await makeImage();
  const registry = await fakeRegistry({ blobs: image.blobs }, (request, response) => {
    if (request.url === "/elsewhere") sendBlob(request, response, image.manifest);
    else if (request.url?.includes("manifests")) response.writeHead(302, { location: "/elsewhere" }).end();
    else return false;
    return true;
  });
  const store = newStore();
  await pullImage(store, parseReference(`${registry.host}/x`), { quiet: true });
  assert.is(resolveImage(store, `${registry.host}/x`).id, image.config.digest);
  await registry.close();
});

test.run();
