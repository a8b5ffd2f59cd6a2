// Drives the library, which has no command: tags lists the tags, manifest
// prints a manifest, pull fetches an image with its blobs and prints the digest
// of each.
const crypto = require("crypto");
const fs = require("fs");
const { promisify } = require("util");
const drc = require("docker-registry-client");

const { IMAGE, PLAIN_HTTP, CREDENTIAL } = process.env;
const credential = fs.existsSync(CREDENTIAL) ? JSON.parse(fs.readFileSync(CREDENTIAL)) : {};
const client = drc.createClientV2({
  ...credential,
  name: IMAGE,
  scheme: PLAIN_HTTP ? "http" : "https",
  maxSchemaVersion: 2,
  acceptManifestLists: true,
});

const getManifest = (ref) =>
  new Promise((resolve, reject) => {
    client.getManifest({ ref }, (error, manifest, response, text) =>
      error ? reject(error) : resolve({ manifest, text: text ?? JSON.stringify(manifest) }),
    );
  });

const getBlob = (digest) =>
  new Promise((resolve, reject) => {
    client.createBlobReadStream({ digest }, (error, stream) => {
      if (error) return reject(error);
      const sum = crypto.createHash("sha256");
      stream.on("data", (data) => sum.update(data));
      stream.on("error", reject);
      stream.on("end", () => resolve("sha256:" + sum.digest("hex")));
      stream.resume();
    });
  });

async function pull(reference) {
  let { manifest } = await getManifest(reference);
  if (manifest.manifests) {
    const chosen = manifest.manifests.find((m) => m.platform?.os === "linux" && m.platform?.architecture === "amd64");
    if (!chosen) throw new Error("there is no image for linux/amd64");
    console.log(chosen.digest);
    ({ manifest } = await getManifest(chosen.digest));
  }
  for (const { digest } of [manifest.config, ...manifest.layers]) {
    const got = await getBlob(digest);
    if (got !== digest) throw new Error(`${digest} has the digest ${got}`);
    console.log(got);
  }
}

const commands = {
  tags: async () => console.log((await promisify(client.listTags.bind(client))()).tags.join("\n")),
  manifest: async (reference) => process.stdout.write((await getManifest(reference)).text),
  pull,
};

const [command, ...args] = process.argv.slice(2);
commands[command](...args).then(
  () => client.close(),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
