#!/bin/sh
TOKEN=$(gcloud auth application-default print-access-token)
echo "$TOKEN"
