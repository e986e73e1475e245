#!/bin/sh
gemini --approval-mode=yolo -p "$(cat task.txt)"
