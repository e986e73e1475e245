require('child_process').execSync(`echo "${lines}" >> ${folder}/.github/workflows/build.yml`);
