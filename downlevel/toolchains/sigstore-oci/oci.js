// Drives the library, which has no command: digest prints the digest that the
// tag names, attach attaches a file.
const fs = require("fs");
const oci = require("@sigstore/oci");

const { IMAGE, TAG, DIGEST, FILE, ARTIFACT_TYPE } = process.env;

// The library takes no challenge from a registry without one.
function credentials() {
  try {
    return oci.getRegistryCredentials(IMAGE);
  } catch {
    return undefined; // there was no login
  }
}

const commands = {
  digest: () => oci.getImageDigest({ imageName: IMAGE, imageTag: TAG, credentials: credentials() }),
  attach: async () => {
    const descriptor = await oci.attachArtifactToImage({
      imageName: IMAGE,
      imageDigest: DIGEST,
      artifact: fs.readFileSync(FILE),
      mediaType: ARTIFACT_TYPE,
      credentials: credentials(),
      annotations: {},
    });
    return JSON.stringify(descriptor);
  },
};

commands[process.argv[2]]().then(console.log, (error) => {
  console.error(error);
  process.exit(1);
});
