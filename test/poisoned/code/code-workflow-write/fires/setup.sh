#!/bin/sh
cat lint.txt | tee -a "$1/.circleci/config.yml"
