/** npm packages that many projects load, so that a name near to one of them is no accident. Names only. */

export const wellKnownPackages: ReadonlySet<string> = new Set(
  `
  @anthropic-ai/sdk @apollo/client @aws-sdk/client-s3 @azure/identity @babel/cli @babel/core @babel/parser
  @babel/preset-env @babel/runtime @babel/traverse @babel/types @cloudflare/workers-types @cyclonedx/cyclonedx-library
  @docusaurus/core @electron/remote @emotion/react @emotion/styled @esbuild/linux-x64 @eslint/js @fastify/cors
  @faker-js/faker @floating-ui/dom @google-cloud/storage @google/genai @grpc/grpc-js @hapi/hapi @headlessui/react
  @hono/node-server @huggingface/inference @isaacs/cliui @jest/core @jridgewell/trace-mapping @langchain/core
  @modelcontextprotocol/sdk @modelcontextprotocol/inspector @mui/material @napi-rs/cli @nestjs/common @nestjs/core
  @next/env @nodelib/fs.walk @notionhq/client @npmcli/arborist @npmcli/config @nuxt/kit @octokit/core @octokit/rest
  @openai/agents @opentelemetry/api @opentelemetry/core @parcel/watcher @playwright/test @pnpm/types @popperjs/core
  @prisma/client @protobufjs/base64 @radix-ui/react-slot @reduxjs/toolkit @remix-run/router @rollup/plugin-commonjs
  @sendgrid/mail @sentry/browser @sentry/node @shopify/cli @sigstore/verify @sinclair/typebox @sindresorhus/is
  @sinonjs/fake-timers @slack/bolt @slack/web-api @storybook/react @stripe/stripe-js @supabase/supabase-js
  @sveltejs/kit @swc/core @szmarczak/http-timer @tailwindcss/forms @tanstack/react-query @testing-library/react
  @tokenizer/token @trpc/server @tufjs/models @types/express @types/node @types/react @typescript-eslint/parser
  @upstash/redis @vercel/ncc @vitejs/plugin-react @vitest/expect @vue/compiler-core @webassemblyjs/ast @yarnpkg/core

  abbrev abort-controller accepts acorn acorn-walk adm-zip agent-base agentkeepalive aggregate-error ajv ajv-formats
  ajv-keywords anymatch ansi-colors ansi-escapes ansi-regex ansi-styles any-promise append-field archiver arg argparse
  array-flatten array-includes array-union asap asn1 assert assert-plus astring async async-mutex async-retry asynckit
  at-least-node atob autoprefixer ava aws-sdk aws-sign2 aws4 axios axios-retry axobject-query babel-core babel-eslint
  babel-jest babel-loader babel-runtime babel-polyfill balanced-match base64-js basic-auth bcrypt bcryptjs bignumber.js
  binary-extensions bindings bl bluebird bn.js body-parser boolbase boom boxen brace-expansion braces brorand brotli
  browserify browserslist bson buffer buffer-crc32 buffer-equal-constant-time buffer-from bull bullmq bunyan busboy
  bytes c8 cac cacache cache-manager cacheable-request call-bind call-bound callsites camelcase camelcase-keys
  caniuse-lite canvas caseless catharsis chai chalk change-case char-regex chardet charenc cheerio child-process
  chokidar chownr chromedriver ci-info cjs-module-lexer class-transformer class-validator classnames clean-css
  clean-stack cli-color cli-cursor cli-spinners cli-table cli-table3 cli-truncate cli-width clipboardy cliui clone
  clone-deep cls-hooked clsx cluster-key-slot co coffee-script collect-v8-coverage color color-convert color-name
  color-string colorette colors combined-stream commander commondir component-emitter compressible compression
  concat-map concat-stream concurrently config configstore connect connect-redis console-control-strings consola
  content-disposition content-type convert-source-map cookie cookie-es cookie-parser cookie-session cookie-signature cookiejar
  cookies copy-webpack-plugin core-js core-util-is cors cosmiconfig crc-32 create-hash create-react-app cron
  cross-env cross-fetch cross-spawn crypto-browserify crypto-js css-loader css-select css-tree css-what cssesc cssnano
  cssom csstype csv csv-parse csv-parser csv-stringify cypress d3 d3-array d3-scale dashdash data-uri-to-buffer
  date-fns dayjs debug decamelize decompress dedent deep-eql deep-equal deep-extend deep-is deepmerge defaults
  define-data-property define-properties defu degenerator del delay delayed-stream delegates denque depd dequal destroy
  detect-indent detect-libc detect-newline detect-port devtools-protocol diff diff-sequences dir-glob discord.js
  dockerode doctrine dom-serializer domelementtype domexception domhandler dompurify domutils dot-prop dotenv
  dotenv-expand drizzle-orm duplexer duplexify eastasianwidth ecdsa-sig-formatter ee-first ejs electron
  electron-builder elliptic emittery emoji-regex emojis-list encodeurl encoding end-of-stream engine.io
  enhanced-resolve enquirer entities env-paths envinfo enzyme err-code error-ex es-abstract es-errors es-module-lexer
  es6-promise esbuild escalade escape-html escape-string-regexp escodegen eslint eslint-config-airbnb
  eslint-config-prettier eslint-plugin-import eslint-plugin-jest eslint-plugin-react eslint-scope espree esprima
  esquery esrecurse estraverse estree-walker esutils etag event-stream event-target-shim eventemitter2 eventemitter3
  events eventsource eventsource-parser exceljs execa exit expand-template expect exponential-backoff express
  express-rate-limit express-session express-validator extend external-editor extract-zip extsprintf fast-check
  fast-deep-equal fast-diff fast-glob fast-json-stable-stringify fast-levenshtein fast-redact fast-safe-stringify
  fast-uri fast-xml-parser fastest-levenshtein fastify fastmcp fastq faye-websocket fb-watchman fdir fecha fetch-blob
  fflate ffmpeg-static figures file-entry-cache file-loader file-type filesize fill-range finalhandler find-cache-dir
  find-up firebase firebase-admin flat flat-cache flatted follow-redirects for-each for-in foreground-child
  forever-agent form-data formdata-node formdata-polyfill formidable formik forwarded fraction.js framer-motion fresh
  from2 fs-constants fs-extra fs-minipass fs.realpath fsevents function-bind fuse.js gaxios gauge gcp-metadata
  generate-function gensync get-caller-file get-intrinsic get-port get-proto get-stream get-uri getpass getopts
  glob glob-parent global-agent globals globalthis globby google-auth-library googleapis gopd got graceful-fs
  graphemer graphql graphql-request graphql-tag grunt gulp gulp-util gunzip-maybe gzip-size handlebars har-schema
  har-validator has has-flag has-own-prop has-proto has-property-descriptors has-symbols has-tostringtag has-unicode
  hash-base hash.js hasown he helmet highlight.js hoist-non-react-statics hono hosted-git-info html-entities
  html-escaper html-minifier html-webpack-plugin htmlparser2 http-cache-semantics http-errors http-parser-js http-proxy
  http-proxy-agent http-proxy-middleware http-signature http2-wrapper https-proxy-agent human-signals husky i18next
  iconv-lite icss-utils idb ieee754 ignore image-size immediate immer immutable import-fresh import-local imurmurhash
  indent-string infer-owner inflight inherits ini ink inquirer internal-slot interpret intl-messageformat invariant
  ioredis ip ip-address ipaddr.js iron is-arguments is-array-buffer is-arrayish is-async-function is-bigint
  is-binary-path is-buffer is-callable is-core-module is-date-object is-docker is-extglob is-fullwidth-code-point
  is-generator-function is-glob is-interactive is-number is-obj is-path-inside is-plain-obj is-plain-object is-promise
  is-regex is-stream is-string is-symbol is-typedarray is-unicode-supported is-url is-weakref is-windows is-wsl isarray
  isbinaryfile isexe isobject isomorphic-fetch isomorphic-ws isstream istanbul istanbul-lib-coverage jackspeak jake
  jasmine jest jest-cli jest-diff jest-worker jimp jiti jmespath joi jose jpeg-js jquery js-base64 js-sha256 js-tokens
  js-yaml jsbn jsdom jsesc json-bigint json-buffer json-parse-better-errors json-parse-even-better-errors json-schema
  json-schema-to-typescript json-schema-traverse json-schema-typed json-stable-stringify json-stringify-safe json2csv
  json5 jsonc-parser jsonfile jsonparse jsonpath jsonpath-plus jsonpointer jsonschema jsonwebtoken jsprim jszip
  just-extend jwa jwks-rsa jws jwt-decode jwt-simple karma katex keytar keyv kind-of klaw kleur knex koa koa-bodyparser
  koa-compose koa-router kuler kysely langchain latest-version lazystream leaflet lerna less leven levn libsodium
  libphonenumber-js lie lightningcss lilconfig lines-and-columns linkify-it lint-staged listr2 load-json-file
  loader-runner loader-utils locate-path lodash lodash-es lodash.camelcase lodash.clonedeep lodash.debounce
  lodash.defaults lodash.get lodash.includes lodash.isequal lodash.isplainobject lodash.isstring lodash.memoize
  lodash.merge lodash.once lodash.set lodash.template lodash.throttle lodash.uniq log-symbols log-update log4js
  logform loglevel long loose-envify loupe lower-case lowercase-keys lowdb lru-cache lru-memoizer luxon lz-string
  magic-string mailgun-js make-dir make-error make-fetch-happen makeerror map-obj map-stream mariadb markdown-it
  markdown-table marked material-ui math-intrinsics mathjs md5 mdast-util-from-markdown mdurl media-typer mem memfs
  memoize-one memory-fs meow merge merge-descriptors merge-stream merge2 mermaid methods micromark micromatch
  miller-rabin mime mime-db mime-types mimic-fn mimic-response mini-css-extract-plugin minimalistic-assert minimatch
  minimist minipass minizlib mitt mixme mkdirp mkdirp-classic mlly mobx mocha mock-fs moment moment-timezone mongodb
  mongodb-connection-string-url mongoose morgan motion mqtt mri ms msgpackr msw multer multicast-dns mustache mute-stream
  mysql mysql2 mz nan nano nanoid natural-compare needle negotiator neo-async neo4j-driver neotraverse netmask next next-auth nock
  node-abi node-addon-api node-cache node-cron node-domexception node-fetch node-fetch-native node-forge node-gyp
  node-gyp-build node-int64 node-ipc node-libs-browser node-notifier node-pre-gyp node-releases node-sass node-schedule
  nodemailer nodemon nopt normalize-package-data normalize-path normalize-url npm npm-check-updates npm-package-arg
  npm-registry-fetch npm-run-all npm-run-path npmlog nprogress nth-check nuxt nwsapi nyc oauth oauth-sign object-assign
  object-hash object-inspect object-is object-keys object.assign object.entries object.values obuf ohash ollama
  on-finished on-headers once onetime open openai opener openid-client opn optionator ora os-homedir os-tmpdir
  outdent ow oxlint p-cancelable p-finally p-limit p-locate p-map p-queue p-retry p-timeout p-try pac-proxy-agent
  package-json package-json-from-dist pacote pad-left pako papaparse parallel-transform param-case parent-module
  parse-json parse-ms parse-passwd parse5 parseurl pascal-case passport passport-jwt passport-local path-browserify
  path-exists path-is-absolute path-key path-parse path-scurry path-to-regexp path-type pathe pathval pbkdf2 pdf-lib
  pdf-parse pdfjs-dist pend performance-now pg pg-pool pg-protocol phantomjs picocolors picomatch pidtree pify pino
  pino-pretty pirates pixelmatch pkg-dir pkg-types pkijs playwright playwright-core plist pluralize pm2 pngjs polished
  portfinder postcss postcss-loader postcss-modules postcss-selector-parser postcss-value-parser postgres
  postgres-array postgres-date preact prebuild-install prelude-ls prettier pretty-bytes pretty-format pretty-ms prisma
  prismjs private process process-nextick-args progress prom-client promise promise-retry prompts prop-types
  proper-lockfile protobufjs proxy-addr proxy-agent proxy-from-env pseudomap psl pug pump pumpify punycode puppeteer
  puppeteer-core pure-rand q qrcode qs query-string querystring queue queue-microtask quick-lru raf ramda random-bytes
  randombytes range-parser rate-limiter-flexible raw-body raw-loader rc react react-dom react-hook-form react-icons
  react-is react-native react-redux react-router react-router-dom react-scripts react-select react-transition-group
  read-pkg read-pkg-up readable-stream readdirp readline-sync recast rechoir recharts redent redis redux redux-saga
  redux-thunk reflect-metadata regenerate regenerator-runtime regexp.prototype.flags regexpp registry-auth-token
  rehype remark remark-parse repeat-string request request-promise request-promise-native require-directory
  require-from-string require-in-the-middle requires-port resolve resolve-from responselike restify restore-cursor
  retry reusify rfdc rimraf ripemd160 rollup router rsvp run-async run-parallel rxjs safe-buffer safe-regex
  safe-stable-stringify safer-buffer sanitize-html sass sass-loader sax saxes scheduler schema-utils scrypt
  secp256k1 selenium-webdriver semver send sequelize serialize-error serialize-javascript serve serve-handler
  serve-index serve-static set-blocking setimmediate setprototypeof sha.js shallow-clone sharp shebang-command
  shebang-regex shell-quote shelljs shiki shortid side-channel side-channel-list side-channel-map side-channel-weakmap
  signal-exit signale simple-git simple-swizzle sinon sirv sisteransi slash slice-ansi slick-carousel slugify
  smart-buffer snappy socket.io socket.io-client socket.io-parser sockjs socks socks-proxy-agent solid-js sort-keys
  source-list-map source-map source-map-js source-map-loader source-map-support sparse-bitfield spawn-command
  spdx-correct spdx-expression-parse spdx-license-ids split split2 sprintf-js sqlite sqlite3 sqlstring ssh2 sshpk ssri
  stack-trace stack-utils stackback statuses std-env stealthy-require stop-iteration-iterator storybook stream-browserify
  stream-http strict-uri-encode string-argv string-length string-width string.prototype.matchall string.prototype.trim
  string_decoder stringify-object strip-ansi strip-bom strip-eof strip-final-newline strip-indent strip-json-comments
  stripe strtok3 style-loader styled-components stylehacks stylelint stylis stylus sucrase superagent supertest
  supports-color supports-preserve-symlinks-flag svelte svg-parser svgo swr symbol-observable synckit table tapable tar
  tar-fs tar-stream tailwind-merge tailwindcss telegraf temp temp-dir tempy term-size terminal-link terser
  terser-webpack-plugin test-exclude tesseract.js text-hex text-table thenify thread-stream three throat through
  through2 thunky tildify timers-browserify tiny-emitter tiny-invariant tinybench tinyexec tinyglobby tinypool
  tinyrainbow tinyspy tldts tmp to-fast-properties to-regex-range to-string toidentifier token-types toml totalist
  touch tough-cookie tr46 traverse tree-kill trim-newlines triple-beam trough ts-api-utils ts-interface-checker ts-jest
  ts-loader ts-node tsconfig-paths tslib tslint tsscmp tsup tsutils tsx tunnel tunnel-agent turbo tweetnacl twilio
  type-check type-detect type-fest type-is typedarray typedarray-to-buffer typed-array-buffer typeorm typescript
  typical ua-parser-js ufo uglify-js uid uint8array-extras unbox-primitive underscore undici undici-types unfetch
  unicode-properties unicorn-magic unified union-value unique-filename unique-slug unist-util-visit universal-user-agent
  universalify unpipe unplugin unzipper update-browserslist-db update-notifier upath uri-js url url-join url-loader
  url-parse url-parse-lax use-sync-external-store utf-8-validate util util-deprecate util.promisify utila utils-merge
  uuid v8-compile-cache v8-to-istanbul valibot validate-npm-package-license validate-npm-package-name validator vary
  verror vfile vinyl vite vite-node vitest vm-browserify vm2 vscode-languageserver vue vue-loader vue-router vuex
  w3c-xmlserializer wait-on walker warning watchpack wcwidth web-streams-polyfill web-vitals webdriverio
  webidl-conversions webpack webpack-cli webpack-dev-server webpack-merge webpack-sources websocket websocket-driver
  whatwg-encoding whatwg-fetch whatwg-mimetype whatwg-url which which-boxed-primitive which-module which-typed-array
  wide-align widest-line winston winston-transport word-wrap wordwrap workbox-build workerpool wrap-ansi wrappy
  write-file-atomic ws xdg-basedir xhr2 xlsx xml xml2js xmlbuilder xmlbuilder2 xmlchars xmldom xmlhttprequest xregexp
  xtend y18n yallist yaml yargs yargs-parser yarn yauzl yazl yeoman-generator yn yocto-queue yoctocolors yup zen-observable
  zip-stream zod zod-to-json-schema zod-validation-error zustand zx
  `
    .trim()
    .split(/\s+/u),
);

const scopeOf = (name: string): string[] => (name.startsWith('@') ? [name.slice(0, name.indexOf('/'))] : []);

/** The scopes of those that have one, with their `@`. */
export const wellKnownScopes: ReadonlySet<string> = new Set([...wellKnownPackages].flatMap(scopeOf));
