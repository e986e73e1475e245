/** All limits for input from outside. Sizes are in bytes, times in milliseconds. Nothing is read without a limit. */

const KIB = 1024;
const MIB = 1024 * KIB;

// What people and `registry lock` write.
export const maxManifestBytes = 256 * KIB;
export const maxLockBytes = 16 * MIB;
export const maxConfigBytes = 256 * KIB;

// What a registry publishes.
export const maxStatusBytes = 8 * MIB;
export const maxRecordBytes = 8 * MIB;
export const maxBundleBytes = 2 * MIB;
export const maxKeyringBytes = 8 * MIB;
export const maxRootBytes = 64 * KIB;
export const maxTimestampBytes = 8 * KIB;
export const maxSnapshotBytes = 64 * KIB;
export const maxTargetsBytes = 64 * KIB;
/** The host's own program, packed: it has less than one MiB. */
export const maxLauncherBytes = 16 * MIB;
/** At 100,000 servers a bin has some 80 KiB. */
export const maxBinBytes = MIB;

// What a host keeps for itself.
/** At 10,000 servers the listing has some 3 MiB. */
export const maxListingBytes = 128 * MIB;
/** A secret of a server: Linux takes no longer variable than 128 KiB. */
export const maxSecretBytes = 64 * KIB;
/** How long a command may take to give a secret: it may ask a person to unlock what keeps it. */
export const secretCommandDeadlineMs = 60_000;
/** What the system says of the groups of an account. */
export const maxGroupsBytes = 4 * MIB;
export const groupsDeadlineMs = 10_000;

// What the publisher keeps beside what it published.
export const maxPublicationBytes = 4 * MIB;
/** At 10,000 servers it has some 15 MiB. */
export const maxInventoryBytes = 256 * MIB;
/** A page or a list, read before another generation's is written over it. */
export const maxPublishedFileBytes = 256 * MIB;

// What a repository holds: objects of git, from a clone or from a forge.
/** With its message and its signature. */
export const maxCommitBytes = MIB;
/** Git itself merges some sixty at one time. */
export const maxCommitParents = 256;
/** One folder. At 100,000 servers `servers` has some 13 MiB. */
export const maxTreeBytes = 32 * MIB;
/** One file. A lock, the largest of a registry's own, has a quarter of it at most. */
export const maxBlobBytes = 64 * MIB;
/** Entries of all folders that are gone through for one question: a few small trees can stand for billions of files. */
export const maxTreeEntries = 2_000_000;
/** Folders inside folders. */
export const maxTreeDepth = 64;

// What package registries serve.
export const maxPackumentBytes = 256 * MIB;
export const maxTarballBytes = 512 * MIB;
export const maxUnpackedBytes = 512 * MIB;
export const maxArchiveEntries = 100_000;
/** How many times the size of a zip file its content may have, above the size below it: the numbers of PyPI. */
export const maxUnpackedRatio = 50;
export const minRatioBytes = 64 * MIB;
/** The manifest.json of an MCPB bundle, which may list its tools and prompts with their texts. */
export const maxBundleManifestBytes = MIB;
/** The licence that a package.json states, in characters. A longer text is cut. */
export const maxLicenseLength = 500;
/** Combinations of tags that the name of a wheel stands for, or its WHEEL file. Real ones have some ten. */
export const maxWheelTags = 1_000;
/** The list of the files of an installed server that are executable. */
export const maxExecutablesBytes = 16 * MIB;

// The audit trail of a host.
/** One event with all its texts at their longest, each character as an escape. */
export const maxAuditLineBytes = 64 * KIB;
/** A file of the trail that has as much is moved away, and a new one begins. */
export const auditFileBytes = 4 * MIB;
/** What is read of one. Other processes may append some lines before they see that it was moved. */
export const maxAuditFileBytes = 64 * MIB;
/** What is sent to a collector at one time. */
export const maxAuditBatchEvents = 500;
export const maxAuditBatchBytes = 512 * KIB;
/** One batch, with its answer. */
export const auditSendTimeoutMs = 30_000;
/** A process that forwards says so before each batch. One that has not for so long was killed. */
export const auditLockMs = 120_000;
/** The longest time for which a collector may ask for no events. */
export const maxAuditHoldMs = 3_600_000;
/** When a host forwards while a server runs, and how long it tries when the server has ended. */
export const auditForwardTimes = { firstMs: 5_000, pauseMs: 15_000, maxPauseMs: 300_000, lastMs: 5_000 } as const;

/** What a package index says of one project. The longest real ones have some 30 MiB. */
export const maxProjectBytes = 128 * MIB;
export const maxWheelBytes = 512 * MIB;
/** In characters: of a wheel. No file system takes a longer one, and each tag in it multiplies the others. */
export const maxWheelNameLength = 255;
/** In characters: the condition under which a Python package is needed. Real ones have some hundred. */
export const maxMarkerLength = 16 * KIB;
/** Brackets inside brackets. */
export const maxMarkerDepth = 32;
/** What `uv` writes of one resolution. A server with 500 packages takes some 5 MiB. */
export const maxPylockBytes = 64 * MIB;

// What publishers attest of their packages and images.
/** All attestations of one npm package, or one bundle of an image. Real ones have some 15 KiB. */
export const maxAttestationBytes = 4 * MIB;
/** Attestations or signatures of one artefact that are looked at. */
export const maxAttestations = 32;
/** What a cosign signature is made over. */
export const maxSignaturePayloadBytes = 64 * KIB;
export const maxTokenBytes = 64 * KIB;

// What container registries serve.
/** An index or a manifest of a container registry. */
export const maxOciManifestBytes = 4 * MIB;
/** The config of an image. Real ones have some KiB. */
export const maxOciConfigBytes = MIB;
/** Tags of one repository, in all pages of the list. */
export const maxImageTags = 10_000;
/** Platforms of one image. */
export const maxImagePlatforms = 64;
/** Docker itself takes 127. */
export const maxImageLayers = 256;
export const maxLayerBytes = 16 * 1024 * MIB;
/** What all layers of an image unpack to, for one platform. */
export const maxImageBytes = 16 * 1024 * MIB;
/** Entries in all layers of an image, for one platform. Large ones have some 200,000. */
export const maxImageEntries = 500_000;
/** In bytes: a path in a layer. Linux takes no longer one. */
export const maxImagePathBytes = 4_096;
/** A longer file of an image is read in pieces of this size, so that it is never whole in memory. */
export const imagePieceBytes = 16 * MIB;
/** So much of a piece stands in the next one again: no rule looks for a text that is longer. */
export const imageOverlapBytes = 64 * KIB;
/** The files with which packages inside an image describe themselves, all together. One is no longer than a piece. */
export const maxImageMetadataBytes = 256 * MIB;
/** The packages of npm and Python inside all platforms of an image; schemas/lock.schema.json says the same. */
export const maxImagePackages = 20_000;
/** Of one list in the config of an image: the words that it starts, its variables, its labels. */
export const maxImageWords = 1_000;
/** In characters: of one of them. */
export const maxImageWordLength = 32 * KIB;

// What syft is given of an image, and what it may answer.
/** The files of one platform, on the disk for as long as syft reads them. Only some images for browsers and models are larger. */
export const maxStagedImageBytes = 4 * 1024 * MIB;
/** One platform. A large one takes a minute. */
export const syftDeadlineMs = 600_000;
/** Some KiB for each package. */
export const maxSyftAnswerBytes = 128 * MIB;
export const maxSyftPackages = 20_000;
/** In characters: a name, a version, a package URL. */
export const maxSyftWordLength = 1_000;

// What advisories are read from: a folder, or a service.
/** One record. A record of malware may list thousands of versions. */
export const maxAdvisoryBytes = 4 * MIB;
/** All records of a folder. */
export const maxAdvisoryFolderBytes = 4 * 1024 * MIB;
export const maxAdvisoryFiles = 1_000_000;
export const maxAdvisoryFolderDepth = 16;
/** Packages that a service is asked about in one request. */
export const maxAdvisoryBatch = 1_000;
/** What it answers to one request. */
export const maxAdvisoryAnswerBytes = 64 * MIB;
/** Pages of answers about the same packages. */
export const maxAdvisoryPages = 100;
/** Records that a service names, for all packages together. */
export const maxAdvisoriesFound = 10_000;
export const maxAdvisoryAliases = 1_000;
/** In characters. */
export const maxAdvisoryIdLength = 128;
/** In characters; what is longer is cut. */
export const maxAdvisorySummaryLength = 300;

// What a forge is asked.
/** One answer: a blob of the longest lock, in base64 and with room. */
export const maxForgeAnswerBytes = 128 * MIB;
/** Commits of a pull request; GitHub lists no more. */
export const maxPullRequestCommits = 250;
export const maxPullRequestReviews = 2_000;
/** Pull requests that a forge connects with one commit. */
export const maxPullRequestsOfCommit = 100;
/** Commits of the main line between the tip and the commit that was signed last. */
export const maxMainLineCommits = 5_000;
/** Files that one merged commit may change. */
export const maxChangedFiles = 20_000;

/** Nesting of objects and arrays in any JSON that is read. */
export const maxJsonDepth = 64;

// What a server may send, and have sent to it, while it is captured: once for each client that asks.
/** Everything that it writes on its output and its error output. */
export const maxCaptureBytes = 8 * MIB;
/** Requests to the client, which are answered: pings, roots, sampling. */
export const maxServerRequests = 1_000;
/** Of one list: tools, prompts, resources, resource templates. */
export const maxListPages = 100;

/** What one job of CI hands to the next about all servers of a change. */
export const maxCapturedFileBytes = 64 * MIB;

// What of a server's offers goes into a lock; schemas/lock.schema.json says the same.
/** Of each kind: tools, prompts, resources, resource templates. */
export const maxLockedOffers = 2_000;
/** In characters: of a tool or a prompt. */
export const maxOfferNameLength = 256;
/** In characters: of a resource or a resource template. */
export const maxOfferUriLength = 2_048;
/** In characters: the interfaces of models refuse a tool with a longer name. */
export const maxClientToolName = 64;
export const maxInstructions = 16;
/**
 * All instructions, and all definitions in canonical JSON: as reviewable JSON, deep nesting takes up to seventy times as much.
 */
export const maxOffersBytes = 4 * MIB;

// How far a review goes into the texts that an agent reads.
/** In characters: a longer description crowds out what else an agent has to read. */
export const maxDescriptionLength = 8_000;
/** In characters, of a regular expression in a schema. */
export const maxPatternLength = 500;
/** Groups inside groups: each makes every step of a search slower. */
export const maxPatternDepth = 6;
export const maxPatternRepetitions = 40;
/** Searches for ambiguous matches, in all regular expressions of a server. */
export const maxPatternSearches = 64;
/** Of one such search. Steps are counted instead of time, so that it ends at the same place on every machine. */
export const maxPatternSteps = 300;

// What the sandbox gives to a server while its tools are captured.
/** Each folder that it may write to, and each file in it. They are kept in memory. */
export const maxSandboxFolderBytes = 256 * MIB;
/** Of one process. Node alone reserves some 600 MiB that it does not use. */
export const maxSandboxMemoryBytes = 2048 * MIB;
/** Processes and threads; before Linux 5.14 all those of the user are counted. */
export const maxSandboxTasks = 1_024;
/** Of one process. */
export const maxSandboxCpuSeconds = 60;
/** How long bubblewrap may take to start a program that does nothing. */
export const sandboxTrialMs = 10_000;

// What passes between a client and a running server.
/** One message. An answer that is longer does not reach the client. */
export const maxMessageBytes = 16 * MIB;
/** In UTF-16 units. */
export const maxMessageIdLength = 256;
export const maxMethodLength = 256;
/** Requests of one side that wait for their answers. */
export const maxOpenRequests = 1_000;
/** Entries of one page of a list. */
export const maxListedOffers = 10_000;
/** Resources that answers of the server pointed to, and that may therefore be read. */
export const maxNamedResources = 10_000;
/** Things that were kept back and are told of one by one; the others are only counted. */
export const maxToldDenials = 100;
/** Calls of tools in a minute where the manifest does not say otherwise, and how many may come at once. */
export const callsPerMinute = 600;
export const callsAtOnce = 100;
/** What a server writes to its standard error and its client gets, and what is kept of it in each of two files. */
export const maxShownWords = 4 * MIB;
export const maxKeptWordsBytes = MIB;
/** How long a server may take to answer a client that closed its end, and how often that is looked at. */
export const answerGraceMs = 30_000;
export const answerCheckMs = 25;
/** How long a server may take to end after its input was closed, and then after it was asked to. */
export const inputClosedGraceMs = 2_000;
export const terminateGraceMs = 2_000;
/** How often a host asks the registry again while a server runs. */
export const refreshWhileRunningMs = 3_600_000;

// What passes between a host and an endpoint.
/** What was received and not passed on yet, of all answers together. */
export const maxHeldBytes = 64 * MIB;
/**
 * How long an endpoint may be silent while it answers, how long it may take for what has no answer, and to forget a session; and
 * the pauses before a stream that ended is asked for again.
 */
export const endpointTimes = {
  idleMs: 600_000,
  tellMs: 10_000,
  goneMs: 1_500,
  pauseMs: 1_000,
  maxPauseMs: 60_000,
} as const;
/** How often one answer is asked for again, one after the other, where nothing more of it came. */
export const maxResumes = 5;
/** Arguments of one tool that are sent in headers too. In characters: the name of one; and its value, as it stands in the header. */
export const maxMirroredArguments = 32;
export const maxMirroredNameLength = 64;
export const maxMirroredValueLength = 4_096;

// What passes between a host and the authorization server of an endpoint.
/** One answer: its metadata, a client, tokens. */
export const maxSignInAnswerBytes = 256 * KIB;
/** In characters: one token. Most servers take headers of 16 KiB altogether. */
export const maxSignInTokenLength = 12 * KIB;
/** In characters: what an endpoint says of why it refused. */
export const maxChallengeLength = 4 * KIB;
/** How long one answer may take; a person at the browser; and one who types a code on another machine. */
export const signInTimes = { answerMs: 30_000, browserMs: 300_000, deviceMs: 900_000 } as const;
/** The pause between two questions whether a code was typed: the shortest, and by how much it grows where that was too often. */
export const devicePauseMs = 5_000;
export const deviceSlowerMs = 5_000;
/** A token counts as expired so long before it is. */
export const tokenMarginMs = 10_000;
/** A token whose life is said to be longer counts as one of this life. */
export const maxTokenLifeMs = 366 * 24 * 3_600_000;
/**
 * How long one process may take to renew a token, after which its lock is one of a process that was killed, and how long another
 * process waits for it.
 */
export const renewTimes = { deadlineMs: 45_000, staleMs: 60_000, waitMs: 75_000, pauseMs: 50 } as const;

// What the sandbox gives to a server that runs on a host.
/** Of one process. */
export const maxServerMemoryBytes = 4096 * MIB;
/** Files and folders that are shown one by one: bubblewrap takes some 9,000 words. */
export const maxSandboxFiles = 1_000;
/** Connections of one server at one time. */
export const maxServerConnections = 256;
/** How long a server's connection may take to be made. */
export const serverConnectMs = 30_000;

// What a container engine gives to a server.
/** All its processes together, with what it keeps in memory as files. */
export const maxContainerMemoryBytes = 4096 * MIB;
/** Processes and threads. */
export const maxContainerTasks = 1_024;
/** Files that one process has open. */
export const maxContainerFiles = 4_096;
/** Processes of all containers together, where they share one account of the machine. */
export const maxContainersTasks = 4_096;
/** Each folder that is in memory: /tmp, and those that the image calls volumes. */
export const maxContainerFolderBytes = 256 * MIB;
/** Files and folders of the user that one server may be given. */
export const maxContainerMounts = 200;

// What a review reads of the code of packages, in a process of its own. It reads nothing beyond these.
/** In a tarball of this size even long files are looked at in some minutes. */
export const maxCodeTarballBytes = 128 * MIB;
/** A program that is parsed. */
export const maxParsedFileBytes = 16 * MIB;
/** Any other file that is searched. */
export const maxSearchedFileBytes = 64 * MIB;
/** What the process may keep in memory beside the files themselves. */
export const maxCodeHeapBytes = 2048 * MIB;
/** Findings of one rule in one package that are reported. */
export const maxCodeFindings = 100;
export const maxCodeReportBytes = 4 * MIB;

// What a signer reads and waits for.
export const maxKeyFileBytes = 16 * KIB;
export const maxPinBytes = KIB;
/** What the signer knows of files and approvals: 10,000 servers with large locks take 50 MB. */
export const maxIndexBytes = 512 * MIB;
/** The review of one version, as one function of the signer hands it to another. */
export const maxStoredReviewBytes = MIB;
/** An older review is not signed: advisories appear in the meantime. */
export const storedReviewHours = 24;
/** The file that names the commit that was signed last. */
export const maxHeadBytes = KIB;
/** A token, or the private key of a GitHub App. */
export const maxCredentialBytes = 16 * KIB;
/** One request to a key service, with all its repetitions. */
export const keyServiceDeadlineMs = 20_000;
/** The same of a bucket that the signer keeps its state in. */
export const stateDeadlineMs = 60_000;

/** One try at a question to a forge; it is repeated if the fault may be temporary. */
export const forgeTimeoutMs = 30_000;
export const forgeRetries = 4;
/** Pause before the second try; doubled before each later one. */
export const forgePauseMs = 500;
/** Pause where a forge was asked too much and does not say for how long: GitHub wants a minute at least. */
export const forgeLimitPauseMs = 60_000;
/** The longest pause that a forge may ask for, as when too much was asked. */
export const maxForgePauseMs = 120_000;
/** All questions of one run, with their pauses. A function of the signer has 15 minutes, and signs the status after them. */
export const forgeDeadlineMs = 600_000;

/** A whole refresh of a registry's metadata: every start may wait for it. */
export const refreshDeadlineMs = 2_000;
/** The same where nothing is cached that could be used instead. */
export const firstContactDeadlineMs = 10_000;
/** Fetching one file that a registry published under its digest. */
export const fileDeadlineMs = 30_000;
/** The same of the host's own program, the largest of them: nobody waits for a server meanwhile. */
export const launcherDeadlineMs = 180_000;
/** How long an update of the host's own program may take once it is fetched: what is older is of a process that was killed. */
export const updateLockMs = 600_000;
/** How long it may take to say its version. */
export const launcherStartDeadlineMs = 30_000;
/** One try at a download from a package registry; it is repeated if the fault may be temporary. */
export const downloadTimeoutMs = 60_000;
export const downloadRetries = 4;
/** Pause before the second try; doubled before each later one. */
export const downloadPauseMs = 250;
/** A whole download with all its tries, pauses and redirects. */
export const downloadDeadlineMs = 180_000;
/** In addition for each MiB of a layer of an image, in each try and in all together. */
export const layerDeadlinePerMibMs = 2_000;
/** How long a container engine may take to fetch an image. */
export const imagePullDeadlineMs = 1_800_000;
/** How long it may take for any other answer. */
export const engineDeadlineMs = 60_000;
/** What it may say in one answer. */
export const maxEngineAnswerBytes = MIB;
/** In characters: how much of its words is shown. */
export const maxEngineWords = 500;
/** In seconds: how long a server in a container may take to end, once it was asked to. */
export const containerStopSeconds = 3;
/** How long a credential helper may take: it may ask a person to unlock the key ring. */
export const credentialHelperDeadlineMs = 60_000;
/** Redirects of one try, all of them within one origin. */
export const maxRedirects = 5;
/** One resolution of a Python package by `uv`, which asks for everything itself. */
export const resolveDeadlineMs = 300_000;
/** Downloads at one time. */
export const maxConcurrentDownloads = 16;

/** How long a Python may take to say which one it is. */
export const pythonDeadlineMs = 10_000;

/** How long a captured server may take for one answer. */
export const captureTimeoutMs = 20_000;
/** How long it may take for all requests of one client. */
export const captureDeadlineMs = 60_000;

/** How long the process that looks at code may take to start. */
export const codeStartDeadlineMs = 60_000;
/** How long it may take for one package of any size, and in addition for each MiB of its tarball. */
export const codeDeadlineMs = 60_000;
export const codeDeadlinePerMibMs = 30_000;

/** How long a status is valid after it was signed. A host refuses one that would be valid for longer. */
export const statusLifeDays = 7;
/** The same for a timestamp. */
export const timestampLifeDays = 3;
/**
 * If the newest timestamp was signed longer ago than this, the registry was not really reached, even if something
 * answered. It is twice the interval at which the timestamp is signed again, so that one signing may fail.
 */
export const timestampStaleHours = 12;

/** How many new roots a host follows, one after the other, from the root in its trust config. */
export const maxRootRotations = 256;

/** Findings of its own review that an approval names; the same number stands in the schema. */
export const maxSignedFindings = 200;
/** Characters of each of their messages; the same number stands in the schema. */
export const maxSignedMessageLength = 500;
