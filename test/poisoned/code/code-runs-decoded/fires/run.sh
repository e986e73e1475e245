#!/bin/sh
echo ZWNobyAxCg== | base64 -d | sh
