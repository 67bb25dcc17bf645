analyze members
